"""A fact list as it is kept in a read model's column, and back.

It is text: nobody asks PostgreSQL for what stands in it, and as JSONB it would be taken apart with
each change.
"""

from collections.abc import Iterable

import msgspec

from events.catalog.talent import Fact

_FACTS = msgspec.json.Decoder(tuple[Fact, ...])


def as_text(facts: Iterable[Fact]) -> str:
    """The list as JSON."""
    return msgspec.json.encode(tuple(facts)).decode()


def from_text(text: str) -> tuple[Fact, ...]:
    """The facts again."""
    return _FACTS.decode(text)
