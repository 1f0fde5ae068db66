"""People who ask one thing after the other, each in a stream of their own, whatever happens."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from tests.prove.door import Caller, Gone
from tests.prove.oracle import Command, Oracle

LANES = 6
WORDS = ("b", "p", "bb", "pb", "bpb")
BREATH_SECONDS = 0.1
EAGER = 20
"""After so many commands somebody takes a whole breath between two."""


class Unanswerable(Exception):
    """A service that nobody disturbs did not answer what it was asked again."""


@dataclass(slots=True, kw_only=True)
class Clients:
    """`answered` counts those who are content; ask `stop` for an end."""

    oracle: Oracle
    category: str
    run: str
    chance: Random
    answered: int = 0
    stopped: bool = False

    def stop(self) -> None:
        """Nobody asks anything new."""
        self.stopped = True

    async def ask(self, caller: Caller) -> None:
        """Everybody asks until they are stopped, or until there is nobody to ask any more."""
        await asyncio.gather(*(self._lane(caller, lane) for lane in range(LANES)))

    async def ask_again(self, caller: Caller) -> None:
        """Some who got no answer ask the same again, under the same key; they must get one."""
        for command in self.oracle.account().unanswered():
            asked_here = command.key.startswith(f"{self.run}/")
            if not asked_here or self.chance.random() < 0.5:
                continue
            if not await self._answered(caller, command):
                raise Unanswerable(command.key)

    async def _lane(self, caller: Caller, lane: int) -> None:
        for n, command in enumerate(self._commands(lane)):
            if self.stopped:
                return
            self.oracle.intend(command)
            try:
                await self._answered(caller, command)
            except Gone:
                return
            await asyncio.sleep(BREATH_SECONDS * (min(n, EAGER) / EAGER) ** 2)

    async def _answered(self, caller: Caller, command: Command) -> bool:
        reply = await caller.ask(command)
        if reply.answered is None:
            return False
        self.oracle.acknowledge(reply.answered)
        self.answered += 1
        return True

    def _commands(self, lane: int) -> Iterator[Command]:
        n = 0
        while True:
            yield Command(
                key=f"{self.run}/{lane}/{n}",
                stream=f"{self.category}-{self.run}/{lane}",
                words=self.chance.choice(WORDS),
            )
            n += 1
