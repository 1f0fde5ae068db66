"""Carries out what the concierge's processes want: the passing of time, and forgetting."""

from dataclasses import replace
from functools import partial

from events.sourcing.erasure import Eraser
from events.sourcing.forgetting import ForgetPerson
from events.sourcing.kernel import Kernel
from events.sourcing.process import Dispatch
from events.sourcing.types import Context
from services.concierge.commands import PassingOfTime
from services.concierge.domain import ticket
from services.concierge.farewell import forget_tickets


def dispatcher(kernel: Kernel) -> Dispatch:
    """Sends a command to its ticket. `at` becomes the moment the clock is read, not the due one."""

    eraser = Eraser(kernel)

    async def dispatch(command: PassingOfTime | ForgetPerson, context: Context) -> None:
        if isinstance(command, ForgetPerson):
            purge = partial(forget_tickets, kernel, command.talent_id, context)
            await eraser.forget(command.talent_id, purge)
            return
        now = replace(command, at=kernel.clock())
        await kernel.handle(ticket, f"ticket-{command.ticket_id}", now, context)

    return dispatch
