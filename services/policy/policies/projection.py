"""What has every body said about its policies, and since when is it known?"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    Integer,
    MetaData,
    Table,
    Text,
)

from events.catalog.policy import (
    PolicyAmended,
    PolicyPublished,
    PolicyQuotaFilled,
    PolicyRepealed,
    PolicyRulingGiven,
    PolicyRulingWithdrawn,
    PolicySuperseded,
)
from events.sourcing.projector import Projection
from events.sourcing.statements import First, Statement
from events.sourcing.types import Recorded

policy_row_tables = MetaData()
policy_row = Table(
    "policy_row",
    policy_row_tables,
    Column("position", BigInteger, primary_key=True),
    Column("row_id", Text, nullable=False),
    Column("said", Text, nullable=False),
    Column("policy_id", Text, nullable=False, index=True),
    Column("issuer_id", Text, nullable=False),
    Column("edition", Integer),
    Column("document", Text),
    Column("digest", Text),
    Column("superseded_by", Text),
    Column("effective_on", Date),
    Column("reason", Text),
    Column("kind", Text),
    Column("last_on", Date),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    comment="One row for each thing a body said about a policy; the view is made of these.",
)

ruling_row = Table(
    "ruling_row",
    policy_row_tables,
    Column("position", BigInteger, primary_key=True),
    Column("forbids", Text, nullable=False),
    Column("allows", Text, nullable=False),
    Column("allows_edition", Integer),
    Column("prevails", Text),
    Column("ruled_by", Text, nullable=False),
    comment="What a row about a ruling says besides: which statements, and which of them counts.",
)


def project_policy_row(recorded: Recorded[Any]) -> Iterable[Statement]:
    """One row for each event of a policy; rows are never changed."""
    said = _said(recorded.event)
    if said:
        row = {
            "position": recorded.position,
            "row_id": f"{recorded.stream}@{recorded.version}",
            "policy_id": recorded.event.policy_id,
            "issuer_id": recorded.event.issuer_id,
            "recorded_at": recorded.recorded_at,
            **said,
        }
        yield First(policy_row, row)
    ruled = _ruled(recorded.event)
    if ruled:
        yield First(ruling_row, {"position": recorded.position, **ruled})


def _said(event: object) -> dict[str, object] | None:
    match event:
        case PolicyPublished():
            return {
                "said": "published",
                "edition": event.edition,
                "document": event.document,
                "digest": event.digest,
            }
        case PolicySuperseded():
            return {
                "said": "superseded",
                "superseded_by": event.superseded_by,
                "effective_on": event.effective_on,
            }
        case PolicyRepealed():
            return {
                "said": "repealed",
                "effective_on": event.effective_on,
                "reason": event.reason,
            }
        case PolicyAmended():
            return {
                "said": "amended",
                "kind": event.kind,
                "edition": event.edition,
                "effective_on": event.first_on,
                "last_on": event.last_on,
                "reason": event.clause,
            }
        case PolicyQuotaFilled():
            return {
                "said": "quota-filled",
                "effective_on": event.first_on,
                "last_on": event.last_on,
            }
        case PolicyRulingGiven():
            return {
                "said": "ruling-given",
                "edition": event.edition,
                "effective_on": event.effective_on,
                "reason": event.clause,
            }
        case PolicyRulingWithdrawn():
            return {
                "said": "ruling-withdrawn",
                "effective_on": event.effective_on,
                "reason": event.clause,
            }
        case _:
            return None


def _ruled(event: object) -> dict[str, object] | None:
    match event:
        case PolicyRulingGiven():
            return {
                "forbids": event.forbids,
                "allows": event.allows,
                "allows_edition": event.allows_edition,
                "prevails": event.prevails,
                "ruled_by": event.ruled_by,
            }
        case PolicyRulingWithdrawn():
            return {
                "forbids": event.forbids,
                "allows": event.allows,
                "ruled_by": event.withdrawn_by,
            }
        case _:
            return None


POLICY_ROW = Projection(name="policy_row", tables=policy_row_tables, project=project_policy_row)
