"""Reading the pipeline of a payment: its steps in the order written, each with its clause."""

from collections.abc import Callable

from services.policy.rules.amount import (
    CapByFact,
    CapLifetime,
    CapSpent,
    CapTotal,
    Deduct,
    PartOf,
    Step,
)
from services.policy.rules.parse_picks import COST_ITEMS, Own, read_members
from services.policy.rules.parse_words import Words, code_of, money_fact
from services.policy.rules.reader import Cursor
from services.policy.rules.tree import Cite


def read_steps(at: Cursor, own: Own, words: Words) -> tuple[Step, ...]:
    steps: list[Step] = []
    for item in at.items():
        step = _step(item, own, words)
        if step.name is not None and step.name in [each.name for each in steps]:
            raise item.wrong(f"two steps are named '{step.name}'", "Give each its own name.")
        steps.append(step)
    return tuple(steps)


def _step(at: Cursor, own: Own, words: Words) -> Step:
    for kind, (needed, read) in READERS.items():
        if at.has(kind):
            given = at.fields(f"{kind} {needed} cite", "name")
            name = given["name"].slug() if "name" in given else None
            return read(given, name, own, words)
    raise at.wrong("not a step", f"Give one of: {', '.join(READERS)}.")


_Given = dict[str, Cursor]


def _cap_by(given: _Given, name: str | None, _own: Own, words: Words) -> Step:
    return CapByFact(
        fact=money_fact(given["cap_by"], words),
        percent=given["percent"].whole(least=1),
        cite=_cite(given),
        name=name,
    )


def _cap_spent(given: _Given, name: str | None, _own: Own, words: Words) -> Step:
    return CapSpent(
        cost_item=code_of(given["cap_spent"], words.vocabulary.trees[COST_ITEMS]),
        percent=given["percent"].whole(least=1),
        cite=_cite(given),
        name=name,
    )


def _cap_total(given: _Given, name: str | None, _own: Own, _words: Words) -> Step:
    return CapTotal(fen=given["cap_total"].fen(), cite=_cite(given), name=name)


def _cap_lifetime(given: _Given, name: str | None, _own: Own, _words: Words) -> Step:
    return CapLifetime(fen=given["cap_lifetime"].fen(), cite=_cite(given), name=name)


def _rate(given: _Given, name: str | None, _own: Own, _words: Words) -> Step:
    return PartOf(percent=given["rate"].whole(least=1), cite=_cite(given), name=name)


def _deduct(given: _Given, name: str | None, own: Own, words: Words) -> Step:
    return Deduct(members=read_members(given["deduct"], own, words), cite=_cite(given), name=name)


def _cite(given: _Given) -> Cite:
    return given["cite"].cite()


READERS: dict[str, tuple[str, Callable[[_Given, str | None, Own, Words], Step]]] = {
    "cap_by": ("percent", _cap_by),
    "cap_spent": ("percent", _cap_spent),
    "cap_total": ("", _cap_total),
    "cap_lifetime": ("", _cap_lifetime),
    "rate": ("", _rate),
    "deduct": ("", _deduct),
}
