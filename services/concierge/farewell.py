"""Forgets what somebody who was erased had asked: every ticket of theirs, at whatever stage."""

from dataclasses import replace
from uuid import uuid5

from sqlalchemy import delete

from events.sourcing.kernel import Kernel
from events.sourcing.purging import purging
from events.sourcing.types import Context
from services.concierge.commands import ForgetTicket
from services.concierge.domain import ticket
from services.concierge.projection import card, entry, mine, queue
from services.concierge.rows import ticket_ids_of


async def forget_tickets(kernel: Kernel, talent_id: str, context: Context) -> None:
    """Record it for each ticket, then empty the read models, which waits for nobody."""
    for ticket_id in await ticket_ids_of(kernel.engine, talent_id):
        command = ForgetTicket(ticket_id=ticket_id, at=kernel.clock())
        stream = f"ticket-{ticket_id}"
        await kernel.handle(ticket, stream, command, _about(stream, context))
    async with purging(kernel) as connection:
        for table in (entry, card, queue, mine):
            await connection.execute(delete(table).where(table.c.talent_id == talent_id))


def _about(stream: str, context: Context) -> Context:
    """One command for each ticket; the same again after a crash."""
    command_id = uuid5(context.command_id, stream)
    return replace(context, command_id=command_id, idempotency_key=str(command_id), target=stream)
