"""Which claim a talent was registered under, and whether its holder is being forgotten."""

from events.catalog.identity import IdentityClaimed
from events.catalog.talent import TalentErased
from events.sourcing.desk import Desk

CLAIMS = "identity-"
REGISTRATION = 10
"""More events than a registration has: they stand together in the journal, the claim among them."""


def claim_stream(identity_hash: str) -> str:
    """The stream of a claim, named so that one number has one stream."""
    return f"{CLAIMS}{identity_hash}"


async def claim_held_by(desk: Desk, talent_id: str) -> str | None:
    """The keyed hash that was claimed as this talent registered, if one was.

    It is found beside the talent's first event: nothing that says their number can be read by then.
    """
    registered = await desk.journal.read_stream(f"talent-{talent_id}")
    if not registered:
        return None
    claims = await _claims_behind(desk, registered[0].position)
    own = (claim.identity_hash for claim in claims if claim.talent_id == talent_id)
    return next(own, None)


async def _claims_behind(desk: Desk, position: int) -> list[IdentityClaimed]:
    rows = await desk.journal.read_after(position, limit=REGISTRATION)
    opened = await desk.open([row for row in rows if row.stream.startswith(CLAIMS)])
    return [one.event for one in opened if isinstance(one.event, IdentityClaimed)]


async def holder_leaves(desk: Desk, identity_hash: str) -> bool:
    """Whether whoever holds the claim is erased already, but their erasure not yet completed."""
    claim = await desk.open(await desk.journal.read_last(claim_stream(identity_hash)))
    if not claim or not isinstance(claim[0].event, IdentityClaimed):
        return False
    holder = f"talent-{claim[0].event.talent_id}"
    last = await desk.open(await desk.journal.read_last(holder))
    return bool(last) and isinstance(last[0].event, TalentErased)
