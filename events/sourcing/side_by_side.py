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
    return [one for taken in await every(map(_in_turn, streams.values())) for one in taken]


async def every(work: Iterable[Awaitable[T]]) -> list[T]:
    """Let all of it end, then raise the first failure: nothing goes on in the background."""
    done: list[T] = []
    for outcome in await asyncio.gather(*work, return_exceptions=True):
        if isinstance(outcome, BaseException):
            raise outcome
        done.append(outcome)
    return done


async def _in_turn(takes: Iterable[Take[T]]) -> list[T]:
    return [await take() for take in takes]
