"""Each service as its own `app.py` puts it together, for as long as its process lives."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from typing import Any

from fastapi import FastAPI

from events.sourcing.kernel import Kernel
from events.sourcing.projector import Projection
from events.sourcing.settings import Settings
from services.console.projection import MOVEMENT
from services.ops.projection import JOURNEY
from services.portal.projection import ACTIVITY
from tests.simulation.life import CURRENT, Life
from tests.support.services import build

DECIDE = ("registry", "policy", "concierge", "matching", "feeds")
"""Those that own streams."""
FOLLOW: Mapping[str, Projection] = {"portal": ACTIVITY, "console": MOVEMENT, "ops": JOURNEY}
"""Those that only read; their pages ask the others over HTTP and are left out here."""
SERVICES = (*DECIDE, *FOLLOW)


async def live(life: Life, settings: Settings, tune: Callable[[Kernel], None]) -> None:
    """Run the service with all its loops, until the process is ended from outside."""
    async with AsyncExitStack() as stack:
        if life.service in FOLLOW:
            kernel = Kernel(settings)
            kernel.project(FOLLOW[life.service])
            tune(kernel)
            await stack.enter_async_context(kernel.running())
        else:
            app = build(life.service, settings)
            tune(app.state.kernel)
            await stack.enter_async_context(app.router.lifespan_context(app))
            kernel = app.state.kernel
            life.door = _DOORS.of(life, app)
        life.kernel = kernel
        await asyncio.get_running_loop().create_future()


class _StateOfWhoAnswers:
    """What `app.state` is in the process that the request came to."""

    def __getattr__(self, name: str) -> Any:
        return getattr(CURRENT.get().state, name)


class _Doors:
    """The routes of a service, prepared once for all its processes.

    FastAPI prepares a route when it is first used, which would take a tenth of each run.
    """

    def __init__(self) -> None:
        self._first: dict[str, FastAPI] = {}

    def of(self, life: Life, app: FastAPI) -> FastAPI:
        """The door of this process, whose own application is `app`."""
        life.state = app.state
        if life.service not in self._first:
            app.state = _StateOfWhoAnswers()  # type: ignore[assignment]
            self._first[life.service] = app
        return self._first[life.service]


_DOORS = _Doors()
