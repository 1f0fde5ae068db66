"""From a programme and a tier to the title the vocabulary knows them as."""

from datetime import date, datetime

from events.catalog.talent import Fact
from events.sourcing.types import Refused
from services.registry.talent.facts import TITLES_HELD
from services.registry.vocabulary.words import Vocabulary, Wording

TITLES = "titles"


def code_of(programme: str, tier: str | None) -> str:
    """A tier's code stands behind its programme's: a letter alone means nothing."""
    return f"{programme}.{tier}" if tier else programme


def title_held(
    vocabulary: Vocabulary,
    *,
    code: str,
    term: tuple[date, date | None],
    document: str | None,
    at: datetime,
) -> Fact:
    """The fact that follows from a conferral; raises `Refused` for a title nobody knows."""
    if code not in vocabulary.codes[TITLES]:
        raise Refused("title-unknown")
    return Fact(
        name=TITLES_HELD,
        value=code,
        source="verified",
        valid_from=term[0],
        valid_to=term[1],
        recorded_at=at,
        document=document,
    )


def wording_of(vocabulary: Vocabulary, code: str) -> Wording | None:
    """A title in both languages."""
    return vocabulary.codes[TITLES].get(code)
