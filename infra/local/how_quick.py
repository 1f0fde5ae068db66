"""Says how many seconds of the processor a small piece of work takes a Python, the best of a few.

The work is of the kind this project does: small objects, calls, dictionaries, text, and tasks that
wait for each other. Uses the standard library only; any Python from 3.11 on can run it as a file.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

TIMES = 5


@dataclass(frozen=True, slots=True)
class _Small:
    number: int
    text: str
    pair: tuple[int, int]


class _Object:
    def __init__(self, number: int, *, more: int) -> None:
        self.number, self.more = number, more

    @property
    def both(self) -> int:
        return self.number + self.more


def _objects(count: int = 10_000) -> int:
    found: dict[str, list[int]] = {}
    for number in range(count):
        small: object = _Small(number, f"key {number % 31}", (number, number + 1))
        if isinstance(small, _Small):
            found.setdefault(small.text, []).append(_Object(number, more=2).both)
    return sum(sum(one for one in many if one % 2) for many in found.values())


async def _wait(queue: asyncio.Queue[int]) -> int:
    await asyncio.sleep(0)
    async with asyncio.timeout(60):
        return await queue.get()


async def _tasks(count: int = 1_000) -> int:
    queue: asyncio.Queue[int] = asyncio.Queue()
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_wait(queue)) for _ in range(count)]
        for number in range(count):
            queue.put_nowait(number)
            await asyncio.sleep(0)
    return sum(task.result() for task in tasks)


def _taken(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


if __name__ == "__main__":
    print(
        min(_taken(_objects) for _ in range(TIMES))
        + min(_taken(lambda: asyncio.run(_tasks())) for _ in range(TIMES))
    )
