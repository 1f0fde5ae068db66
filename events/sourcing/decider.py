"""The shape of every rule book: from what happened and what is asked to what happens."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Generic, TypeVar

C = TypeVar("C")
S = TypeVar("S")
E = TypeVar("E")


@dataclass(frozen=True, slots=True)
class Decider(Generic[C, S, E]):
    """`decide` returns events or raises `Refused`; `evolve` accepts every event ever stored.

    Where `last_says_all`, `evolve` looks at the event alone: the last one is the state, and none
    before it is read. Of the events of all kinds that are `overtaken` the newest says as much as
    all, and those before it are not opened. Where it `glances`, it looks at nothing that is sealed.
    """

    category: str
    initial: S
    decide: Callable[[C, S], Sequence[E]]
    evolve: Callable[[S, E], S]
    last_says_all: bool = False
    overtaken: tuple[type, ...] = ()
    glances: bool = False


def fold(decider: Decider[C, S, E], events: Iterable[E]) -> S:
    """The state that these events lead to, oldest first."""
    return reduce(decider.evolve, events, decider.initial)
