"""Carries out what the process of leaving wants: erases, empties the read models, and says so."""

from dataclasses import replace
from functools import partial

from sqlalchemy import delete

from events.sourcing.erasure import Eraser
from events.sourcing.forgetting import ForgetPerson
from events.sourcing.handle import Part
from events.sourcing.kernel import Kernel
from events.sourcing.process import Dispatch
from events.sourcing.purging import purging
from events.sourcing.types import Context
from services.registry.identity.claims import claim_held_by, claim_stream
from services.registry.identity.domain import ReleaseIdentity, identity
from services.registry.talent.commands import CompleteErasure, EraseTalent
from services.registry.talent.domain import talent
from services.registry.talent.projection import directory, profile, tier
from services.registry.talent.standing import hold


def dispatcher(kernel: Kernel, eraser: Eraser) -> Dispatch:
    """What is asked again after a crash is done again, and ends the same."""

    async def dispatch(command: EraseTalent | ForgetPerson, context: Context) -> None:
        match command:
            case EraseTalent(talent_id=talent_id):
                now = replace(command, at=kernel.clock())
                await kernel.handle(talent, f"talent-{talent_id}", now, context)
            case ForgetPerson(talent_id=talent_id):
                await eraser.forget(talent_id, partial(empty, kernel, talent_id))
                await complete(kernel, talent_id, context)

    return dispatch


async def complete(kernel: Kernel, talent_id: str, context: Context) -> None:
    """Say that it is done, and in the same append that the same person may register anew."""
    now = kernel.clock()
    done = CompleteErasure(talent_id=talent_id, at=now)
    parts = [Part(decider=talent, stream=f"talent-{talent_id}", command=done)]
    if claim := await claim_held_by(kernel.desk, talent_id):
        release = ReleaseIdentity(identity_hash=claim, talent_id=talent_id, at=now)
        parts.append(Part(decider=identity, stream=claim_stream(claim), command=release))
    await kernel.handle_together(context, *parts)


async def empty(kernel: Kernel, talent_id: str) -> None:
    """The read models empty themselves when they come to the erasure; this waits for nobody."""
    async with purging(kernel) as connection:
        for table in (profile, tier, directory, hold):
            await connection.execute(delete(table).where(table.c.talent_id == talent_id))
