"""How long a talent's fact list may grow: it leaves whole, in one message with a limit."""

from collections.abc import Sequence

import msgspec

from events.catalog.talent import Fact
from events.sourcing.types import Refused

LIMIT = 600_000
"""Bytes as the list leaves: well below what a broker takes, for the rows say the same inside."""
DECLARED_LIMIT = 400_000
"""A talent who fills their own file leaves room for what the registry verifies."""


def fits(facts: Sequence[Fact], *, stated: Sequence[Fact]) -> None:
    """Raises `Refused` where the list would be too long once these statements are known."""
    limit = DECLARED_LIMIT if any(fact.source == "declared" for fact in stated) else LIMIT
    if len(msgspec.json.encode(facts)) > limit:
        raise Refused("file-too-large", limit=limit)
