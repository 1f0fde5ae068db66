"""What is left out where only policies count of which both bounds were seen."""

from services.policy.rules import Published, SourceRow, View, build_view
from services.policy.rules.confirmed import confirmed_only
from services.policy.rules.standing import is_confirmed
from tests.unit.policy.rules.rule_samples import NOW, RECORDED, TODAY, policy_of

UNSEEN = "{from: 2026-03-01, to: not_seen}"
NEWER = "supersedes: [{policy: XX-ONE, basis: read, cite: a}]"
PROLONGED = "amends: [{policy: XX-TWO, kind: prolong, to: 2027-01-01, basis: read, cite: a}]"


def row(policy_id: str, version: str = "1", **parts: str) -> SourceRow:
    policy = policy_of(policy_id=policy_id, version=version, **parts)
    return Published(row_id=f"{policy_id}/{version}", policy=policy, recorded_at=RECORDED)


def names(view: View) -> list[str]:
    return [each.policy.policy_id for each in view.entries]


def of_files(*rows: SourceRow) -> View:
    """What would be seen if the files themselves had been left out: the control."""
    kept = [each for each in rows if isinstance(each, Published) and is_confirmed(each.policy)]
    return build_view(kept, TODAY, NOW)


def test_what_an_unconfirmed_policy_has_replaced_does_not_come_back() -> None:
    rows = (row("XX-ONE"), row("XX-TWO", in_force=UNSEEN, more=NEWER))
    whole = build_view(rows, TODAY, NOW)
    seen = confirmed_only(whole)
    assert names(seen) == ["XX-ONE"]
    assert seen.entries[0].ended is not None
    assert seen.version == whole.version
    assert of_files(*rows).entries[0].ended is None


def test_an_older_edition_does_not_stand_again_where_nobody_saw_the_end_of_the_newer() -> None:
    rows = (row("XX-ONE"), row("XX-ONE", "2", in_force=UNSEEN))
    assert names(confirmed_only(build_view(rows, TODAY, NOW))) == []
    assert names(of_files(*rows)) == ["XX-ONE"]


def test_a_policy_counts_once_another_text_states_its_last_day() -> None:
    unseen = row("XX-TWO", in_force=UNSEEN)
    act = row("XX-ACT", issuer="putuo", more=PROLONGED)
    assert names(confirmed_only(build_view([unseen], TODAY, NOW))) == []
    assert names(confirmed_only(build_view([unseen, act], TODAY, NOW))) == ["XX-ACT", "XX-TWO"]


def test_what_is_ready_of_all_policies_is_not_taken_for_those_that_count() -> None:
    whole = build_view([row("XX-ONE"), row("XX-TWO", in_force=UNSEEN)], TODAY, NOW)
    assert [each.policy.policy_id for each in whole.ready()] == ["XX-ONE", "XX-TWO"]
    assert [each.policy.policy_id for each in confirmed_only(whole).ready()] == ["XX-ONE"]
