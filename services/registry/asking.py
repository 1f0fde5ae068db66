"""What every endpoint of the registry is handed, and who may read a person's file."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from fastapi import Depends, HTTPException, Path, Request
from pydantic import AwareDatetime

from events.edge.asking import TheClock
from events.edge.identity import Actor
from events.sourcing.clock import legal_day
from events.sourcing.kernel import Kernel
from services.registry.vocabulary.words import Vocabulary

# Those who keep the registry; "system" is the loader of the sample world.
KEEPERS = ("registrar", "system")


async def the_kernel(request: Request) -> Kernel:
    """The service's kernel."""
    kernel: Kernel = request.app.state.kernel
    return kernel


async def the_vocabulary(request: Request) -> Vocabulary:
    """The words a file may use."""
    vocabulary: Vocabulary = request.app.state.vocabulary
    return vocabulary


async def the_claim_key(request: Request) -> bytes:
    """The key under which identity numbers are claimed."""
    key: bytes = request.app.state.claim_key
    return key


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """The day a question is about, and the moment up to which its answer may know."""

    valid_at: date
    known_at: datetime


async def the_times(
    clock: TheClock, valid_at: date | None = None, known_at: AwareDatetime | None = None
) -> Times:
    """Today and now, unless asked otherwise."""
    now = clock()
    return Times(valid_at=valid_at or legal_day(now), known_at=known_at or now)


AskedTimes = Annotated[Times, Depends(the_times)]
TheKernel = Annotated[Kernel, Depends(the_kernel)]
TheVocabulary = Annotated[Vocabulary, Depends(the_vocabulary)]
TheClaimKey = Annotated[bytes, Depends(the_claim_key)]
TalentId = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$")]


def stream_of(talent_id: str) -> str:
    """The stream of a talent's file."""
    return f"talent-{talent_id}"


def require_own_or(actor: Actor, talent_id: str, *roles: str) -> None:
    """403 unless this is the talent's own file or the actor has one of the roles.

    It is the same answer whether there is such a talent or not.
    """
    own = actor.may("talent") and actor.talent_id is not None and actor.talent_id == talent_id
    if not (own or actor.may(*roles)):
        raise HTTPException(403, "this file is not yours to read")
