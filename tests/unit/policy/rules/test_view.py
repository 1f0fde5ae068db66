"""The view: which versions stand on a day, whatever order the rows arrived in."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from services.policy.rules import (
    Policy,
    Published,
    Repealed,
    SourceRow,
    Superseded,
    build_view,
    default_vocabulary,
    evaluate,
    evaluate_all,
)
from tests.unit.policy.rules.rule_samples import NOW, RECORDED, TODAY, facts_of, policy_of

NEWER = "supersedes: [{policy: XX-ONE, basis: read, cite: a}]"
FACTS = facts_of({"birth_date": "1990-01-01"})
ONE = Published(row_id="r1", policy=policy_of(), recorded_at=RECORDED)
REPLACEMENT = Published(
    row_id="r2",
    policy=policy_of(policy_id="XX-TWO", in_force="{from: 2026-03-01, to: open}", more=NEWER),
    recorded_at=RECORDED + timedelta(days=1),
)
SECOND_VERSION = Published(
    row_id="r3",
    policy=policy_of(version="2", in_force="{from: 2026-06-01, to: open}"),
    recorded_at=RECORDED,
)
REPEAL = Repealed(row_id="r4", policy_id="XX-ONE", from_day=date(2026, 5, 1), recorded_at=RECORDED)
REPLACED = Superseded(
    row_id="r5",
    policy_id="XX-ONE",
    by_policy_id="XX-NINE",
    from_day=date(2026, 2, 1),
    recorded_at=RECORDED,
)
SUPERIORS = default_vocabulary().superiors()
ROWS: list[SourceRow] = [ONE, REPLACEMENT, SECOND_VERSION, REPEAL, REPLACED]


def states(rows: list[SourceRow], on: date, known_at: datetime = NOW) -> dict[str, str]:
    view = build_view(rows, on, known_at)
    return {
        outcome.policy_id: outcome.reason.value if outcome.reason else outcome.state.value
        for outcome in evaluate_all(view, FACTS)
    }


def test_a_replacement_ends_the_older_policy_on_its_own_first_day() -> None:
    rows: list[SourceRow] = [ONE, REPLACEMENT]
    assert states(rows, date(2026, 2, 28)) == {"XX-ONE": "eligible", "XX-TWO": "not-yet-in-force"}
    assert states(rows, date(2026, 3, 1)) == {"XX-ONE": "replaced", "XX-TWO": "eligible"}


def test_a_repeal_holds_from_its_day() -> None:
    rows: list[SourceRow] = [ONE, REPEAL]
    assert states(rows, date(2026, 4, 30)) == {"XX-ONE": "eligible"}
    assert states(rows, date(2026, 5, 1)) == {"XX-ONE": "repealed"}


def test_the_version_in_force_on_the_day_is_the_one_that_counts() -> None:
    rows: list[SourceRow] = [ONE, SECOND_VERSION]
    before, after = (build_view(rows, on, NOW) for on in (TODAY, date(2026, 6, 1)))
    assert before.entries[0].policy.version == 1
    assert after.entries[0].policy.version == 2


def test_what_was_not_yet_recorded_is_not_in_the_view() -> None:
    view = build_view(ROWS, TODAY, RECORDED)
    assert [entry.policy.policy_id for entry in view.entries] == ["XX-ONE"]


@settings(max_examples=50)
@given(st.permutations([*ROWS, ONE, REPEAL]))
def test_the_order_of_arrival_and_duplicates_never_show(rows: list[SourceRow]) -> None:
    assert build_view(rows, TODAY, NOW) == build_view(ROWS, TODAY, NOW)


def test_the_version_of_a_view_changes_with_any_row() -> None:
    versions = {build_view(ROWS[:count], TODAY, NOW).version for count in range(6)}
    assert len(versions) == 6


def test_a_town_cannot_end_the_policy_of_a_body_above_it() -> None:
    town = Published(
        row_id="t",
        policy=policy_of(policy_id="XX-TOWN", issuer="changzheng", more=f"with: [putuo]\n{NEWER}"),
        recorded_at=RECORDED,
    )
    view = build_view([ONE, town], TODAY, NOW, superiors=SUPERIORS)
    entry = next(each for each in view.entries if each.policy.policy_id == "XX-ONE")
    assert (entry.ended, entry.contested_by) == (None, ("XX-TOWN",))
    assert entry.rows == ("r1",)


def test_a_body_that_issued_the_older_policy_too_may_replace_it() -> None:
    joint = Published(row_id="j", policy=policy_of(more="with: [changzheng]"), recorded_at=RECORDED)
    town = Published(
        row_id="t",
        policy=policy_of(policy_id="XX-TOWN", issuer="changzheng", more=NEWER),
        recorded_at=RECORDED,
    )
    assert states([joint, town], TODAY)["XX-ONE"] == "replaced"


def test_a_body_above_may_replace_a_policy_and_needs_the_tree_for_it() -> None:
    city = Published(
        row_id="c",
        policy=policy_of(policy_id="XX-CITY", issuer="shanghai", more=NEWER),
        recorded_at=RECORDED,
    )
    with_tree = build_view([ONE, city], TODAY, NOW, superiors=SUPERIORS)
    without = build_view([ONE, city], TODAY, NOW)
    ended = {view: view.entries[1].ended for view in (with_tree, without)}
    assert (ended[with_tree] is None, ended[without] is None) == (False, True)


def reason(policy: Policy, on: date) -> str | None:
    outcome = evaluate(policy, FACTS, on, NOW)
    return outcome.reason.value if outcome.reason else None


def test_the_last_day_as_written_is_included() -> None:
    policy = policy_of(in_force="{from: 2025-01-01, to: 2026-04-01}")
    assert reason(policy, date(2026, 4, 1)) is None
    assert reason(policy, date(2026, 4, 2)) == "ended"


def test_a_start_not_seen_counts_from_issue_and_is_not_confirmed() -> None:
    policy = policy_of(in_force="{from: not_seen, to: open}")
    outcome = evaluate(policy, FACTS, date(2025, 1, 1), NOW)
    assert (outcome.state, outcome.confirmed) == ("eligible", False)
    assert reason(policy, date(2024, 12, 31)) == "not-yet-in-force"


def test_a_start_that_waits_for_an_act_is_pending() -> None:
    policy = policy_of(in_force="{from: pending, to: open}")
    assert evaluate(policy, FACTS, TODAY, NOW).state == "pending"


def test_outside_its_window_a_policy_cannot_be_had() -> None:
    policy = policy_of(more="window: {from: 2026-03-01, to: 2026-03-31}")
    assert reason(policy, date(2026, 2, 28)) == "window-not-open"
    assert reason(policy, date(2026, 3, 31)) is None
    assert reason(policy, date(2026, 4, 1)) == "window-closed"


def test_criteria_not_seen_are_never_eligible() -> None:
    policy = policy_of(eligibility="not_seen")
    assert evaluate(policy, FACTS, TODAY, NOW).state == "criteria_not_seen"


def test_whoever_holds_a_barred_title_is_not_eligible() -> None:
    bar = (
        "interactions: [{id: bar, excluded_if_held: {titles: [sh.pujiang], tenure: ever}, cite: b}]"
    )
    policy = policy_of(more=bar)
    holder = facts_of({"birth_date": "1990-01-01", "titles_held": "sh.pujiang"})
    outcome = evaluate(policy, holder, TODAY, NOW)
    assert (outcome.state, outcome.failed[0].leaf.cite.where) == ("not_eligible", "b")


def test_a_recording_moment_is_the_same_in_any_zone() -> None:
    moved = Published(row_id="r1", policy=ONE.policy, recorded_at=RECORDED.astimezone(UTC))
    assert build_view([moved], TODAY, NOW).version == build_view([ONE], TODAY, NOW).version
