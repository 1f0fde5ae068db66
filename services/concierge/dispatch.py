"""Carries out what the concierge's processes want: the passing of time, read from the clock now."""

from dataclasses import replace

from events.sourcing.kernel import Kernel
from events.sourcing.process import Dispatch
from events.sourcing.types import Context
from services.concierge.commands import PassingOfTime
from services.concierge.domain import ticket


def dispatcher(kernel: Kernel) -> Dispatch:
    """Sends a command to its ticket. `at` becomes the moment the clock is read, not the due one."""

    async def dispatch(command: PassingOfTime, context: Context) -> None:
        now = replace(command, at=kernel.clock())
        await kernel.handle(ticket, f"ticket-{command.ticket_id}", now, context)

    return dispatch
