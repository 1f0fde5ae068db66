"""Sums that depend on what is chosen: one small programme, run on numbers or given to a solver."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, assert_never

from services.policy.rules.allotting import Places, allotted

PERCENT = 100
Node: TypeAlias = int
"""The place of an operation in its programme; what it reads stands before it."""


@dataclass(frozen=True, slots=True)
class Take:
    """What an item pays, if it is chosen."""

    item: int


@dataclass(frozen=True, slots=True)
class Fixed:
    """A sum known before; between two where a fact is missing."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Add:
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Less:
    """What is left of the one after the other, never below nothing."""

    node: Node
    taken: Node


@dataclass(frozen=True, slots=True)
class Capped:
    node: Node
    limit: Node


@dataclass(frozen=True, slots=True)
class Scale:
    """So many of so many equal parts, rounded down."""

    node: Node
    parts: int
    whole: int


@dataclass(frozen=True, slots=True)
class PercentIf:
    """A percentage where another item is chosen too, the whole where it is not."""

    node: Node
    item: int
    percent: int


@dataclass(frozen=True, slots=True)
class Allot:
    """What the one at this place is paid where all these caps hold together; the sum is the most.

    A cap is who it holds, and the node that says what is left for them. All the places of the same
    nodes and caps are put one after the other.
    """

    place: int
    nodes: tuple[Node, ...]
    caps: tuple[tuple[Places, Node], ...]


Operation: TypeAlias = Take | Fixed | Add | Less | Capped | Scale | PercentIf | Allot


@dataclass(slots=True)
class Programme:
    """Operations in order, and for each item the node that says what it pays in the end."""

    operations: list[Operation] = field(default_factory=list)
    pays: list[Node] = field(default_factory=list)

    def put(self, operation: Operation) -> Node:
        self.operations.append(operation)
        return len(self.operations) - 1

    def fixed(self, fen: int) -> Node:
        return self.put(Fixed(fen, fen))

    def together(self, nodes: Iterable[Node]) -> Node:
        return self.put(Add(tuple(nodes)))

    def circular(self) -> bool:
        """Whether caps go round in a circle."""
        return any(isinstance(each, Allot) for each in self.operations)

    def untouched(self) -> int:
        """The items (a bit each) that pay what they take, and bear on no other."""
        read = {node for operation in self.operations for node in _read(operation)}
        named = {each.item for each in self.operations if isinstance(each, PercentIf)}
        return sum(
            1 << item
            for item, node in enumerate(self.pays)
            if isinstance(self.operations[node], Take) and node not in read and item not in named
        )


def _read(operation: Operation) -> tuple[Node, ...]:
    match operation:
        case Take() | Fixed():
            return ()
        case Add(nodes):
            return nodes
        case Less(node, other) | Capped(node, other):
            return node, other
        case Scale(node) | PercentIf(node):
            return (node,)
        case Allot(_, nodes, caps):
            return (*nodes, *(room for _, room in caps))
        case _:
            assert_never(operation)


def run(programme: Programme, chosen: int, fen: Sequence[int]) -> list[int]:
    """What each item pays when these (a bit each) are chosen."""
    values: list[int] = []
    for operation in programme.operations:
        # Most of them are these: a call for each would cost more than what it does.
        if isinstance(operation, Take):
            item = operation.item
            values.append(fen[item] if chosen >> item & 1 else 0)
        else:
            values.append(_value(operation, values, chosen, fen))
    return [values[node] for node in programme.pays]


def _value(operation: Operation, values: list[int], chosen: int, fen: Sequence[int]) -> int:
    match operation:
        case Take(item):
            return fen[item] if chosen >> item & 1 else 0
        case Fixed(_, most):
            return most
        case Add(nodes):
            return sum([values[node] for node in nodes])
        case Less(node, taken):
            left = values[node] - values[taken]
            return max(left, 0)
        case Capped(node, limit):
            return min(values[node], values[limit])
        case Scale(node, parts, whole):
            return values[node] * parts // whole
        case PercentIf(node, item, percent):
            return values[node] * percent // PERCENT if chosen >> item & 1 else values[node]
        case Allot(place, nodes, caps):
            wanted = tuple([values[node] for node in nodes])
            return allotted(wanted, tuple([(held, values[room]) for held, room in caps]))[place]
        case _:
            assert_never(operation)


def least(programme: Programme, chosen: int, low: Sequence[int], high: Sequence[int]) -> list[int]:
    """What each item pays for sure, whatever the others turn out to pay."""
    lows: list[int] = []
    highs: list[int] = []
    for operation in programme.operations:
        lows.append(_low(operation, lows, highs, chosen, low))
        highs.append(_high(operation, lows, highs, chosen, high))
    return [lows[node] for node in programme.pays]


def _low(
    operation: Operation, lows: list[int], highs: list[int], chosen: int, fen: Sequence[int]
) -> int:
    match operation:
        case Fixed(least_fen, _):
            return least_fen
        case Less(node, taken):
            return max(0, lows[node] - highs[taken])
        case Allot() if any(lows[node] != highs[node] for node in _read(operation)):
            return _left_by_all_others(operation, lows, highs)
        case _:
            return _value(operation, lows, chosen, fen)


def _left_by_all_others(allot: Allot, lows: list[int], highs: list[int]) -> int:
    """As much as the caps leave, were the others paid all they can be."""
    left = lows[allot.nodes[allot.place]]
    for held, room in allot.caps:
        if held >> allot.place & 1:
            among = [highs[node] for n, node in enumerate(allot.nodes) if held >> n & 1]
            others = sum(among) - highs[allot.nodes[allot.place]]
            left = min(left, max(0, lows[room] - others))
    return left


def _high(
    operation: Operation, lows: list[int], highs: list[int], chosen: int, fen: Sequence[int]
) -> int:
    match operation:
        case Less(node, taken):
            return max(0, highs[node] - lows[taken])
        case Allot(place, nodes, caps):
            rooms = [highs[room] for held, room in caps if held >> place & 1]
            return min([highs[nodes[place]], *rooms])
        case _:
            return _value(operation, highs, chosen, fen)
