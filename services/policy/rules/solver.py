"""The same choice given to CP-SAT, one aim after the other; it is loaded only when it is needed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, assert_never

from services.policy.rules.programme import (
    PERCENT,
    Add,
    Allot,
    Capped,
    Fixed,
    Less,
    Operation,
    PercentIf,
    Scale,
    Take,
)
from services.policy.rules.puzzle import Bits, Found, Puzzle, bits_of, items_of

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

WORD = 40
"""Names are compared so many at a time: their weights must fit the solver's numbers."""


@dataclass(slots=True)
class _Model:
    puzzle: Puzzle
    model: "cp_model.CpModel"
    items: list["cp_model.IntVar"]
    applied: dict[int, "cp_model.IntVar"]
    nodes: list["cp_model.IntVar"] = field(default_factory=list)


def solve(puzzle: Puzzle, wanted: Bits = 0, *, patience: float | None = None) -> Found | None:
    """The best lawful set holding every wanted item; none when there is none.

    Nor where one aim takes longer than the patience, in the solver's own seconds, which are the
    same everywhere.
    """
    built = _build(puzzle, wanted)
    chosen: Bits = 0
    for aim in _aims(built):
        found = _best(built, aim, chosen, patience)
        if found is None:
            return None
        chosen, reached = found
        built.model.add(aim == reached)
    return Found(puzzle.rank(chosen), chosen)


def _build(puzzle: Puzzle, wanted: Bits) -> _Model:
    from ortools.sat.python import cp_model  # noqa: PLC0415  # half a second and 86 MB

    model = cp_model.CpModel()
    items = [model.new_bool_var(key) for key in puzzle.keys]
    names = sorted(set(puzzle.policies))
    applied = {name: model.new_bool_var(f"policy {name}") for name in names}
    built = _Model(puzzle, model, items, applied)
    _forbid(built, wanted)
    for name, policy in applied.items():
        own = [items[item] for item in range(len(items)) if puzzle.policies[item] == name]
        model.add_max_equality(policy, own)
    return built


def _forbid(built: _Model, wanted: Bits) -> None:
    puzzle, model, items = built.puzzle, built.model, built.items
    for item in items_of(wanted):
        model.add(items[item] == 1)
    for item in items_of(puzzle.barred):
        model.add(items[item] == 0)
    for item, against in enumerate(puzzle.conflicts):
        for other in items_of(against >> (item + 1)):
            model.add_bool_or(~items[item], ~items[other + item + 1])
        if against >> item & 1:
            model.add(items[item] == 0)
    for item, one_of in puzzle.needs:
        model.add_bool_or(~items[item], *(items[other] for other in items_of(one_of)))
    for groups, most in puzzle.slots:
        touched = []
        for group in groups:
            touch = model.new_bool_var("slot")
            model.add_max_equality(touch, [items[item] for item in items_of(group)])
            touched.append(touch)
        model.add(sum(touched) <= most)


def _aims(built: _Model) -> Iterator["cp_model.IntVar"]:
    """Each in turn is made as large as possible and then kept."""
    puzzle, items = built.puzzle, built.items
    yield _named(built, _money(built))
    yield _named(built, [items[item] for item in items_of(puzzle.free_things)])
    yield _named(built, [~policy for policy in built.applied.values()])
    due = dict(zip(puzzle.policies, puzzle.deadlines, strict=True))
    for deadline in sorted(set(due.values())):
        yield _named(built, [each for name, each in built.applied.items() if due[name] == deadline])
    order = sorted(range(len(items)), key=lambda item: puzzle.keys[item])
    for start in range(0, len(order), WORD):
        word = order[start : start + WORD]
        weights = [1 << (len(word) - 1 - place) for place in range(len(word))]
        yield _named(built, [w * items[item] for w, item in zip(weights, word, strict=True)])


def _named(built: _Model, terms: Sequence["cp_model.LinearExprT"]) -> "cp_model.IntVar":
    aim = built.model.new_int_var(0, max(sum(built.puzzle.worths), 1 << WORD), "aim")
    built.model.add(aim == sum(terms))
    return aim


def _best(
    built: _Model, aim: "cp_model.IntVar", hint: Bits, patience: float | None
) -> tuple[Bits, int] | None:
    from ortools.sat.python import cp_model  # noqa: PLC0415  # see above

    built.model.clear_hints()  # type: ignore[no-untyped-call]
    for item, variable in enumerate(built.items):
        built.model.add_hint(variable, hint >> item & 1)
    built.model.maximize(aim)
    solver = cp_model.CpSolver()
    # One worker and one seed: the same question is answered alike everywhere.
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    if patience is not None:
        solver.parameters.max_deterministic_time = patience
    if solver.solve(built.model) != cp_model.OPTIMAL:
        return None
    chosen = [item for item, variable in enumerate(built.items) if solver.value(variable)]
    return bits_of(chosen), solver.value(aim)


def _money(built: _Model) -> "list[cp_model.LinearExprT]":
    programme = built.puzzle.programme
    if programme is None:
        worths = built.puzzle.worths
        return [worths[item] * variable for item, variable in enumerate(built.items)]
    mosts: list[int] = []
    for operation in programme.operations:
        mosts.append(_most(operation, mosts, built.puzzle.worths))
        built.nodes.append(_node(built, operation, mosts[-1]))
    return [built.nodes[node] for node in programme.pays]


def _most(operation: Operation, mosts: Sequence[int], worths: Sequence[int]) -> int:
    """As much as the node can ever come to."""
    match operation:
        case Take(item):
            return worths[item]
        case Fixed(_, most):
            return most
        case Add(nodes):
            return sum(mosts[node] for node in nodes)
        case Less(node, _):
            return mosts[node]
        case Capped(node, limit):
            return min(mosts[node], mosts[limit])
        case Scale(node, parts, whole):
            return mosts[node] * parts // whole
        case PercentIf(node, _, percent):
            return max(mosts[node], mosts[node] * percent // PERCENT)
        case Allot(place, nodes, _):
            return mosts[nodes[place]]
        case _:
            assert_never(operation)


def _node(built: _Model, operation: Operation, most: int) -> "cp_model.IntVar":
    model, nodes = built.model, built.nodes
    node = model.new_int_var(0, most, "fen")
    match operation:
        case Take(item):
            model.add(node == built.puzzle.worths[item] * built.items[item])
        case Fixed(_, fen):
            model.add(node == fen)
        case Add(parts):
            model.add(node == sum([nodes[part] for part in parts]))
        case Less(one, taken):
            model.add_max_equality(node, [nodes[one] - nodes[taken], 0])
        case Capped(one, limit):
            model.add_min_equality(node, [nodes[one], nodes[limit]])
        case Scale(one, parts_of, whole):
            model.add_division_equality(node, nodes[one] * parts_of, whole)
        case PercentIf(one, item, percent):
            part = model.new_int_var(0, most, "part")
            model.add_division_equality(part, nodes[one] * percent, PERCENT)
            model.add(node == part).only_enforce_if(built.items[item])
            model.add(node == nodes[one]).only_enforce_if(~built.items[item])
        case Allot() as allot:
            _allot(built, allot, node)
        case _:
            assert_never(operation)
    return node


def _allot(built: _Model, allot: Allot, node: "cp_model.IntVar") -> None:
    """Anything the caps allow: the first aim is the money, so together it becomes the most."""
    built.model.add(node <= built.nodes[allot.nodes[allot.place]])
    if allot.place < len(allot.nodes) - 1:
        return
    paid = [*built.nodes[len(built.nodes) - allot.place :], node]
    for held, room in allot.caps:
        within = [each for place, each in enumerate(paid) if held >> place & 1]
        built.model.add(sum(within) <= built.nodes[room])
