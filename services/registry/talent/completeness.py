"""How complete a file is: which of the facts that are always asked for are stated, and how well."""

from collections.abc import Iterable
from dataclasses import dataclass

from events.catalog.talent import Fact

# Who somebody is, what they learned, where and how they work: nearly every policy asks for one of
# these before anything else, and matching reads disciplines and industries. What only some people
# can have (a firm, a permit, a home) is left out, so that nobody's file stays short for good.
CORE = (
    "birth_date",
    "sex",
    "nationality",
    "highest_degree",
    "degree_obtained_abroad",
    "graduation_date",
    "disciplines",
    "field",
    "industries",
    "employment",
    "employer_kind",
    "work_region",
    "residence_region",
    "work_experience_years",
    "social_insurance",
    "titles_held",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """`declared_only` names what is known from the talent alone and waits for a document."""

    known: int
    wanted: int
    missing: tuple[str, ...]
    declared_only: tuple[str, ...]


def completeness(counting: Iterable[Fact]) -> Completeness:
    """Counts what is read today; a fact that does not apply to somebody is stated too."""
    by_name = {fact.name: fact for fact in counting}
    return Completeness(
        known=sum(name in by_name for name in CORE),
        wanted=len(CORE),
        missing=tuple(name for name in CORE if name not in by_name),
        declared_only=tuple(
            name for name in CORE if name in by_name and by_name[name].source == "declared"
        ),
    )
