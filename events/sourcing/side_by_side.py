"""What events of different streams lead to is done side by side; of one stream, one by one."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import TypeAlias, TypeVar

T = TypeVar("T")

Take: TypeAlias = Callable[[], Awaitable[T]]


async def side_by_side(streams: Mapping[str, Sequence[Take[T]]]) -> list[T]:
    """What each came to, stream by stream; raises what the first that failed raised.

    None is called off because another failed: what was begun comes to its end.
    """
    done = await asyncio.gather(*map(_in_turn, streams.values()), return_exceptions=True)
    taken: list[T] = []
    for one in done:
        if isinstance(one, BaseException):
            raise one
        taken += one
    return taken


async def _in_turn(takes: Iterable[Take[T]]) -> list[T]:
    return [await take() for take in takes]


async def every(work: Iterable[Awaitable[None]]) -> None:
    """Let all of it end, then raise the first failure: nothing goes on in the background."""
    for outcome in await asyncio.gather(*work, return_exceptions=True):
        if isinstance(outcome, BaseException):
            raise outcome
