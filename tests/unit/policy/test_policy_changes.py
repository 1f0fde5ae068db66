"""What a body may change of a policy of its own that stands, and how the view takes it."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import Row

from events.catalog.policy import PolicyAmended, PolicyQuotaFilled
from events.sourcing.testing import given
from services.policy.entitlements.process import AssessEveryone, react_to_policies
from services.policy.policies.commands import AmendPolicy, FillQuota
from services.policy.policies.domain import policy
from services.policy.policies.views import source_row, understood
from services.policy.rules import default_vocabulary
from services.policy.rules.changes import ChangeKind
from services.policy.rules.periods import Bound
from services.policy.rules.rows import Amended, Published, QuotaFilled
from tests.support.policy import NOON, document
from tests.unit.policy.test_entitlement_rules import recorded
from tests.unit.policy.test_policy_rules import JUNE, PUBLISHED, REPEALED, SUPERSEDED
from tests.unit.policy.test_read_models import policy_values

MAY = date(2026, 5, 1)
FORESEEN = document().replace("{fact: highest_degree,", "{foreseen: highest_degree,")
"""It has a kind of condition that a later release may bring."""
SUSPEND = AmendPolicy(
    policy_id="DEMO-1",
    kind="suspend",
    first_on=MAY,
    last_on=JUNE,
    edition=None,
    clause="Notice 3, Article 2",
    acting_for="demo-city",
    recorded_by="c-1",
    at=NOON,
)
SUSPENDED = PolicyAmended(
    policy_id="DEMO-1",
    issuer_id="demo-city",
    kind="suspend",
    first_on=MAY,
    last_on=JUNE,
    edition=None,
    clause="Notice 3, Article 2",
    amended_at=NOON,
    recorded_by="c-1",
)
FILL = FillQuota(
    policy_id="DEMO-1",
    first_on=MAY,
    last_on=None,
    acting_for="demo-city",
    recorded_by="c-1",
    at=NOON,
)
FILLED = PolicyQuotaFilled(
    policy_id="DEMO-1",
    issuer_id="demo-city",
    first_on=MAY,
    last_on=None,
    filled_at=NOON,
    recorded_by="c-1",
)


def test_a_body_suspends_its_policy_for_a_time() -> None:
    given(policy, PUBLISHED).when(SUSPEND).then(SUSPENDED)


def test_a_body_says_that_nothing_is_left() -> None:
    given(policy, PUBLISHED).when(FILL).then(FILLED)


def test_what_was_said_last_said_again_is_nothing() -> None:
    given(policy, PUBLISHED, SUSPENDED, FILLED).when(SUSPEND).then_nothing()
    given(policy, PUBLISHED, SUSPENDED, FILLED).when(FILL).then_nothing()


def test_the_same_change_by_another_clause_is_said_anew() -> None:
    corrected = "Notice 3, Article 4"
    given(policy, PUBLISHED, SUSPENDED).when(replace(SUSPEND, clause=corrected)).then(
        replace(SUSPENDED, clause=corrected)
    )


def test_a_change_of_the_wording_names_the_edition_that_has_it() -> None:
    amend = {"kind": "amend", "last_on": None, "edition": 2}
    given(policy, PUBLISHED).when(replace(SUSPEND, **amend)).then(replace(SUSPENDED, **amend))  # type: ignore[arg-type]


def test_the_last_word_counts_so_an_earlier_one_may_be_said_again() -> None:
    prolonged = replace(SUSPENDED, kind="prolong", first_on=None)
    given(policy, PUBLISHED, SUSPENDED, prolonged).when(SUSPEND).then(SUSPENDED)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"acting_for": "demo-district"}, "policy-of-another-body"),
        ({"first_on": None}, "amendment-needs-a-first-day"),
        ({"last_on": date(2026, 4, 30)}, "ends-before-it-starts"),
        ({"kind": "amend", "last_on": None, "edition": 1}, "edition-not-newer"),
        ({"kind": "amend", "last_on": None}, "edition-not-newer"),
        ({"kind": "prolong"}, "amendment-moves-one-day"),
        ({"kind": "prolong", "last_on": None}, "amendment-moves-one-day"),
        ({"kind": "postpone"}, "amendment-moves-one-day"),
        ({"kind": "retroactive"}, "amendment-moves-one-day"),
        ({"kind": "amend", "edition": 2}, "amendment-moves-one-day"),
        ({"edition": 2}, "amendment-has-no-edition"),
        ({"kind": "postpone", "last_on": None, "edition": 2}, "amendment-has-no-edition"),
        ({"kind": "prolong", "first_on": None, "edition": 2}, "amendment-has-no-edition"),
    ],
)
def test_a_change_that_cannot_be_is_refused(change: dict[str, Any], code: str) -> None:
    given(policy, PUBLISHED).when(replace(SUSPEND, **change)).then_refused(code)


def test_a_quota_that_ends_before_it_is_filled_is_refused() -> None:
    backwards = replace(FILL, last_on=date(2026, 4, 1))
    given(policy, PUBLISHED).when(backwards).then_refused("ends-before-it-starts")


def test_nobody_changes_what_was_never_published_or_has_ended() -> None:
    given(policy).when(SUSPEND).then_refused("policy-not-found")
    given(policy, PUBLISHED, REPEALED).when(SUSPEND).then_refused("policy-has-ended")
    given(policy, PUBLISHED, SUPERSEDED).when(FILL).then_refused("policy-has-ended")
    given(policy, PUBLISHED, REPEALED, SUSPENDED, FILLED).when(FILL).then_refused(
        "policy-has-ended"
    )


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (
            SUSPENDED,
            {
                "said": "amended",
                "kind": "suspend",
                "edition": None,
                "effective_on": MAY,
                "last_on": JUNE,
                "reason": "Notice 3, Article 2",
            },
        ),
        (FILLED, {"said": "quota-filled", "effective_on": MAY, "last_on": None}),
    ],
)
def test_a_change_is_one_row_of_the_read_model(event: object, said: dict[str, Any]) -> None:
    values = policy_values(event)
    assert {name: values[name] for name in said} == said


@pytest.mark.parametrize("event", [SUSPENDED, FILLED])
def test_everybody_is_assessed_after_a_change(event: object) -> None:
    wanted = list(react_to_policies(recorded(event, stream="policy-DEMO-1")))
    assert isinstance(getattr(wanted[0], "command", None), AssessEveryone)


def row_of(event: object) -> Any:
    blank = dict.fromkeys(("kind", "last_on", "effective_on", "edition", "reason", "superseded_by"))
    row = SimpleNamespace(**{**blank, **policy_values(event)})
    return source_row(cast("Row[Any]", row), default_vocabulary())


def test_the_view_reads_a_change_with_its_clause() -> None:
    row = row_of(SUSPENDED)
    assert isinstance(row, Amended)
    assert (row.change.kind, row.change.first) == (ChangeKind.SUSPEND, MAY)
    assert row.change.cite.where == "Notice 3, Article 2"


def test_an_open_end_stays_open_and_a_moved_start_has_none() -> None:
    filled = row_of(FILLED)
    assert isinstance(filled, QuotaFilled)
    assert filled.period.last is Bound.OPEN
    prolonged = row_of(replace(SUSPENDED, kind="prolong", first_on=None, last_on=None))
    assert prolonged.change.last is Bound.OPEN
    postponed = row_of(replace(SUSPENDED, kind="postpone", last_on=None))
    assert (postponed.change.first, postponed.change.last) == (MAY, None)


@pytest.mark.parametrize(
    "said",
    [
        {"said": "blessed"},
        {"said": "amended", "kind": "bless"},
        {"said": "published", "document": "rules: all", "policy_id": "XX-ONE"},
        {"said": "published", "document": FORESEEN, "policy_id": "DEMO-SETTLING"},
    ],
)
def test_a_row_that_this_release_does_not_know_is_taken_for_nothing_else(
    said: dict[str, Any],
) -> None:
    row = SimpleNamespace(row_id="r", **said)
    assert understood(cast("Row[Any]", row), default_vocabulary()) is None


def test_a_text_of_which_every_condition_is_known_is_taken_for_what_it_says() -> None:
    said = {"said": "published", "document": document(), "policy_id": "DEMO-SETTLING"}
    row = SimpleNamespace(row_id="r", recorded_at=NOON, **said)
    assert isinstance(understood(cast("Row[Any]", row), default_vocabulary()), Published)
