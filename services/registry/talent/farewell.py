"""Carries out what the process of leaving wants: erases, empties the read models, and says so."""

from dataclasses import replace
from functools import partial

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncEngine

from events.sourcing.erasure import Eraser
from events.sourcing.forgetting import ForgetPerson
from events.sourcing.kernel import Kernel
from events.sourcing.process import Dispatch
from events.sourcing.types import Context
from services.registry.talent.commands import CompleteErasure, EraseTalent
from services.registry.talent.domain import talent
from services.registry.talent.projection import directory, profile, tier


def dispatcher(kernel: Kernel, eraser: Eraser) -> Dispatch:
    """What is asked again after a crash is done again, and ends the same."""

    async def dispatch(command: EraseTalent | ForgetPerson, context: Context) -> None:
        stream = f"talent-{command.talent_id}"
        match command:
            case EraseTalent():
                now = replace(command, at=kernel.clock())
                await kernel.handle(talent, stream, now, context)
            case ForgetPerson(talent_id=talent_id):
                await eraser.forget(talent_id, partial(empty, kernel.engine, talent_id))
                done = CompleteErasure(talent_id=talent_id, at=kernel.clock())
                await kernel.handle(talent, stream, done, context)

    return dispatch


async def empty(engine: AsyncEngine, talent_id: str) -> None:
    """The read models empty themselves when they come to the erasure; this waits for nobody."""
    async with engine.begin() as connection:
        for table in (profile, tier, directory):
            await connection.execute(delete(table).where(table.c.talent_id == talent_id))
