"""Each service as its own `app.py` puts it together, for as long as its process lives."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack

from events.sourcing.kernel import Kernel
from events.sourcing.projector import Projection
from events.sourcing.settings import Settings
from services.console.projection import MOVEMENT
from services.ops.projection import JOURNEY
from services.portal.projection import ACTIVITY
from tests.simulation.life import Life
from tests.support.services import build

DECIDE = ("registry", "policy", "concierge", "matching", "feeds")
"""Those that own streams."""
FOLLOW: Mapping[str, Projection] = {"portal": ACTIVITY, "console": MOVEMENT, "ops": JOURNEY}
"""Those that only read; their pages ask the others over HTTP and are left out here."""
SERVICES = (*DECIDE, *FOLLOW)


async def live(life: Life, settings: Settings) -> None:
    """Run the service with all its loops, until the process is ended from outside."""
    async with AsyncExitStack() as stack:
        if life.service in FOLLOW:
            kernel = Kernel(settings)
            kernel.project(FOLLOW[life.service])
            await stack.enter_async_context(kernel.running())
            life.kernel = kernel
        else:
            app = build(life.service, settings)
            await stack.enter_async_context(app.router.lifespan_context(app))
            life.app, life.kernel = app, app.state.kernel
        await asyncio.get_running_loop().create_future()
