"""A build that dies when all is written and nothing has been switched: its tables stay behind."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from events.sourcing import rebuild as rebuilding
from events.sourcing.clock import Clock
from events.sourcing.kernel import Kernel
from events.sourcing.pages import Marks
from events.sourcing.projector import Projection
from events.sourcing.rebuild import rebuild
from events.sourcing.switch import serving_marks


class BrokenOff(Exception):
    """The process died here."""


async def break_off(kernel: Kernel, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Build a read model anew, but for the last step."""
    with monkeypatch.context() as patched:
        patched.setattr(rebuilding, "switch", _dies)
        with pytest.raises(BrokenOff):
            await rebuild(kernel, name, report=silent)


def silent(_: str) -> None:
    """A build need not say how far it is."""


async def _dies(
    engine: AsyncEngine,
    projection: Projection,
    version: int,
    *,
    clock: Clock,
    catch_up: Callable[[Marks], Awaitable[None]],
) -> None:
    await catch_up(await serving_marks(engine, projection))
    raise BrokenOff(f"{projection.name}@{version} at {clock()}")
