"""The bodies of requests and answers, as they stand in the registry's HTTP contract."""

from datetime import date, datetime
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr

from events.catalog.talent import Fact
from events.edge.receipts import ReceiptOut
from events.edge.words import ONE_LINE, Line, Printable
from services.registry.vocabulary.check import MOST_ENTRIES

Source: TypeAlias = Literal["verified", "declared", "inferred"]
Code: TypeAlias = Annotated[StrictStr, Field(max_length=120, pattern=ONE_LINE)]
Amount: TypeAlias = Annotated[StrictInt, Field(ge=0, lt=10**15)]
Entry: TypeAlias = Annotated[dict[Code, Code | Amount | None], Field(max_length=8)]
Value: TypeAlias = (
    StrictBool
    | Amount
    | Code
    | Annotated[list[Code | Entry], Field(max_length=MOST_ENTRIES)]
    | None
)
Reference: TypeAlias = Annotated[Line, Field(max_length=120)]


class Closed(BaseModel):
    """A body in which an unknown field is a mistake worth telling."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class TalentIn(Closed):
    """A passport number stands behind its issuing state: `FRA-12AB34567`."""

    full_name: Annotated[Line, Field(max_length=120)]
    identity_number: Annotated[Line, Field(min_length=5, max_length=40)]
    identity_kind: Literal["resident-id", "passport"]


class FactIn(Closed):
    """One statement, both days included; a `value` of null says that it does not apply."""

    name: Annotated[Line, Field(max_length=160)]
    value: Value
    source: Source = "declared"
    valid_from: date | None = None
    valid_to: date | None = None
    document: Reference | None = None


class FactsIn(Closed):
    """Statements that are recorded together or not at all."""

    facts: Annotated[list[FactIn], Field(min_length=1, max_length=200)]


class TierIn(Closed):
    """A title of a programme for a term, both days included; some programmes have no tiers."""

    programme: Annotated[Line, Field(max_length=60)]
    tier: Annotated[Printable, Field(max_length=60)] | None = None
    conferred_by: Reference
    valid_from: date
    valid_to: date | None = None
    document: Reference | None = None


class RegisteredOut(ReceiptOut):
    """The receipt of a registration, and the id it gave."""

    talent_id: str


def stated(fact: FactIn, *, at: datetime, source: Source | None = None) -> Fact:
    """The statement as it will be recorded."""
    value = fact.value
    return Fact(
        name=fact.name,
        value=tuple(value) if isinstance(value, list) else value,
        source=source or fact.source,
        valid_from=fact.valid_from,
        valid_to=fact.valid_to,
        recorded_at=at,
        document=fact.document,
    )
