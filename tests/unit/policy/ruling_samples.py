"""Two texts of a city and its district that disagree, and what may be ruled of them."""

from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy import Row

from events.catalog.policy import PolicyPublished, PolicyRulingGiven, PolicyRulingWithdrawn
from events.sourcing.statements import First
from events.sourcing.types import Recorded
from services.policy.policies.commands import (
    GiveRuling,
    RelyOnPermission,
    Statement,
    WithdrawRuling,
)
from services.policy.policies.projection import project_policy_row
from services.policy.policies.views import source_row
from services.policy.rules import SourceRow, default_vocabulary
from tests.support.policy import NOON, document
from tests.unit.policy.test_policy_rules import JUNE

WORDS = default_vocabulary()
FORBIDS = """\
interactions:
  - {id: not-both, exclusive: {target: "#grant", excludes: [DEMO-DISTRICT]}, cite: "Article 9"}
"""
ALLOWS = """\
interactions:
  - {id: both, together: {target: "#grant", with: [DEMO-CITY]}, cite: "Article 6"}
"""
CITY_TEXT = document("DEMO-CITY", degree="master", amount=50_000) + FORBIDS
DISTRICT_TEXT = (
    document("DEMO-DISTRICT", issuer="demo-district", degree="master").replace("示例", "另例")
    + ALLOWS
)
FORBIDDING = Statement(policy_id="DEMO-CITY", edition=1, statement_id="DEMO-CITY/not-both")
ALLOWING = Statement(policy_id="DEMO-DISTRICT", edition=1, statement_id="DEMO-DISTRICT/both")

GIVE = GiveRuling(
    forbids=FORBIDDING,
    allows=ALLOWING,
    prevails="allows",
    effective_on=JUNE,
    clause="Ruling 7, point 2",
    ruled_by="demo-city",
    below=WORDS.bodies_below("demo-city"),
    acting_for="demo-city",
    recorded_by="c-1",
    at=NOON,
)
WITHDRAW = WithdrawRuling(
    forbids=FORBIDDING,
    allows=ALLOWING,
    effective_on=JUNE,
    clause="Notice 8",
    withdrawn_by="demo-city",
    below=WORDS.bodies_below("demo-city"),
    acting_for="demo-city",
    recorded_by="c-1",
    at=NOON,
)
RELY = RelyOnPermission(allows=ALLOWING, below=WORDS.bodies_below("demo-city"))


def published(policy_id: str, issuer_id: str, text: str, edition: int = 1) -> PolicyPublished:
    return PolicyPublished(
        policy_id=policy_id,
        edition=edition,
        issuer_id=issuer_id,
        document=text,
        digest=f"{policy_id}@{edition}",
        published_by="c-1",
        published_at=NOON,
    )


CITY = published("DEMO-CITY", "demo-city", CITY_TEXT)
DISTRICT = published("DEMO-DISTRICT", "demo-district", DISTRICT_TEXT)
GIVEN = PolicyRulingGiven(
    policy_id="DEMO-CITY",
    issuer_id="demo-city",
    edition=1,
    forbids="DEMO-CITY/not-both",
    allows_policy_id="DEMO-DISTRICT",
    allows_edition=1,
    allows="DEMO-DISTRICT/both",
    prevails="allows",
    effective_on=JUNE,
    clause="Ruling 7, point 2",
    ruled_by="demo-city",
    ruled_at=NOON,
    recorded_by="c-1",
)
WITHDRAWN = PolicyRulingWithdrawn(
    policy_id="DEMO-CITY",
    issuer_id="demo-city",
    forbids="DEMO-CITY/not-both",
    allows_policy_id="DEMO-DISTRICT",
    allows="DEMO-DISTRICT/both",
    effective_on=JUNE,
    clause="Notice 8",
    withdrawn_by="demo-city",
    withdrawn_at=NOON,
    recorded_by="c-1",
)


def row_of(recorded: Recorded[Any]) -> SourceRow:
    """Through the projection, as the read models join it again."""
    blank = dict.fromkeys(("kind", "last_on", "effective_on", "edition", "reason", "superseded_by"))
    for statement in project_policy_row(recorded):
        assert isinstance(statement, First)
        blank |= dict(statement.row)
    return source_row(cast("Row[Any]", SimpleNamespace(**blank)), WORDS)
