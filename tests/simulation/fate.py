"""What goes wrong in one run, and when: drawn from its seed before the run begins."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import TypeAlias

from tests.simulation.life import Life

CRASH, FREEZE, CUT, SLOW, OUTAGE, AGAIN = "crash", "freeze", "cut", "slow", "outage", "again"
REORDER = "reorder"
"""Streams change places, and each keeps its own order (see `Broker.reorder`)."""

ANYWHERE = (CRASH, CRASH, FREEZE, CUT, SLOW)
MISHAPS: Mapping[str, tuple[str, ...]] = {
    # A statement in a transaction; what it changed is about to be committed, or just was.
    "statement": (CRASH, CUT, SLOW),
    "commit": ANYWHERE,
    "committed": ANYWHERE,
    # A statement that stands for itself, such as a move of the relay's pointer.
    "write": ANYWHERE,
    "written": ANYWHERE,
    "read": (CRASH, CUT, SLOW),
    "append": ANYWHERE,
    "appended": ANYWHERE,
    "send": (*ANYWHERE, OUTAGE, OUTAGE),
    "sending": (CRASH, FREEZE, FREEZE, CUT, OUTAGE, REORDER),
    "sent": (*ANYWHERE, FREEZE, AGAIN, AGAIN),
    "poll": (CRASH, FREEZE, SLOW, OUTAGE, AGAIN, REORDER, REORDER),
    "request": ANYWHERE,
    "answer": ANYWHERE,
}
"""Which steps there are, and what may happen at each; what is named twice is twice as likely."""

FEWEST, MOST = 4, 10
"""Mishaps in one run."""

Steps: TypeAlias = Mapping[str, int]
"""How many there are of each kind."""
Happen: TypeAlias = Callable[[str, Life, str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Appointment:
    """At the n-th step of its kind in a run, this happens."""

    step: str
    nth: int
    what: str


def draw(chance: Random, steps: Steps) -> list[Appointment]:
    """Some mishaps, over all kinds of steps alike."""
    return [_one(chance, steps) for _ in range(chance.randint(FEWEST, MOST))]


def _one(chance: Random, steps: Steps) -> Appointment:
    step = chance.choice(sorted(MISHAPS))
    return Appointment(step, chance.randint(1, steps[step]), chance.choice(MISHAPS[step]))


class Trace:
    """Everything that happened in a run, in order, as one hash."""

    def __init__(self) -> None:
        self._noted: list[tuple[float, tuple[object, ...]]] = []

    def note(self, *words: object) -> None:
        self._noted.append((asyncio.get_running_loop().time(), words))

    @property
    def lines(self) -> list[str]:
        """What is only compared, or read when something is wrong, is put into words then."""
        return [f"{moment:.6f} {' '.join(map(str, words))}" for moment, words in self._noted]

    def digest(self) -> str:
        return hashlib.sha256("\n".join(self.lines).encode()).hexdigest()


class SeededFate:
    """Short waits everywhere, and each mishap at its appointed step."""

    def __init__(
        self, chance: Random, appointments: list[Appointment], trace: Trace, happen: Happen
    ) -> None:
        self.steps: Counter[str] = Counter()
        self.happened: list[tuple[str, str]] = []
        self._chance = chance
        self._trace = trace
        self._happen = happen
        self._due = {(one.step, one.nth): one.what for one in appointments}

    def rest(self) -> None:
        """Nothing happens from now on."""
        self._due.clear()

    async def step(self, life: Life, kind: str) -> None:
        self.steps[kind] += 1
        self._trace.note(life.service, life.number, kind)
        what = self._due.pop((kind, self.steps[kind]), None)
        if what is not None:
            self._trace.note(what)
            self.happened.append((kind, what))
            await self._happen(what, life, kind)
        elif self._chance.random() < 0.15:
            await asyncio.sleep(self._chance.uniform(0, 0.03))


class CalmFate:
    """Nothing ever goes wrong; the steps are counted."""

    def __init__(self) -> None:
        self.steps: Counter[str] = Counter()
        self.happened: list[tuple[str, str]] = []

    def rest(self) -> None:
        """As ever."""

    async def step(self, life: Life, kind: str) -> None:  # noqa: ARG002 - to everybody alike
        self.steps[kind] += 1
