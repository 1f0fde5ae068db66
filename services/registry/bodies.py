"""The bodies of requests and answers, as they stand in the registry's HTTP contract."""

from datetime import date, datetime
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr

from events.catalog.talent import Fact
from events.edge.receipts import ReceiptOut

Source: TypeAlias = Literal["verified", "declared", "inferred"]
Line: TypeAlias = dict[str, StrictStr | StrictInt | None]
Value: TypeAlias = (
    StrictBool
    | Annotated[StrictInt, Field(ge=0, lt=10**15)]
    | Annotated[StrictStr, Field(max_length=120)]
    | Annotated[list[StrictStr | Line], Field(max_length=600)]
    | None
)
Reference: TypeAlias = Annotated[str, Field(min_length=1, max_length=120)]


class Closed(BaseModel):
    """A body in which an unknown field is a mistake worth telling."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class TalentIn(Closed):
    """A passport number stands behind its issuing state: `FRA-12AB34567`."""

    full_name: Annotated[str, Field(min_length=1, max_length=120)]
    identity_number: Annotated[str, Field(min_length=5, max_length=40)]
    identity_kind: Literal["resident-id", "passport"]


class FactIn(Closed):
    """One statement, both days included; a `value` of null says that it does not apply."""

    name: Annotated[str, Field(min_length=1, max_length=160)]
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

    programme: Annotated[str, Field(min_length=1, max_length=60)]
    tier: Annotated[str, Field(max_length=60)] | None = None
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
