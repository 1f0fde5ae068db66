"""A rule on a policy that nobody published lets nobody in, and the answer says so."""

import pytest

from services.policy.rules import (
    Outcome,
    Policy,
    Published,
    View,
    build_view,
    default_vocabulary,
    evaluate_all,
)
from services.policy.rules.bulk.bits import unpacked
from services.policy.rules.bulk.people import people_of
from services.policy.rules.bulk.states import judging_of, states_of
from services.policy.rules.explain import near_misses
from services.policy.rules.facts import Fact, select
from services.policy.rules.render_view import render_entry
from services.policy.rules.sentences import lines_of
from services.policy.rules.told_answer import tell_outcome
from services.policy.rules.tree import Unseen
from services.policy.rules.wording import Wording
from tests.unit.policy.rules.package_samples import benefit
from tests.unit.policy.rules.rule_samples import NOW, RECORDED, TODAY, facts_of, policy_of, written

WORDS = Wording(default_vocabulary())
BORN = {"birth_date": "1990-01-01"}
OTHER = policy_of(policy_id="XX-OTHER")
HELD = "{holds: {policies: [XX-OTHER], tenure: in_term}, cite: a}"
NOT_HELD = f"{{not: {HELD}}}"
BARRED = "interactions: [{id: no, excluded_if_held: {policies: [XX-OTHER], tenure: ever}, cite: a}]"
EITHER = "{not: {holds: {policies: [XX-OTHER, XX-ONE], tenure: in_term}, cite: a}}"
ASKING = [policy_of(NOT_HELD), policy_of(more=BARRED), policy_of(EITHER)]


def among(policy: Policy, *others: Policy) -> View:
    rows = [
        Published(row_id=each.policy_id, policy=each, recorded_at=RECORDED)
        for each in (policy, *others)
    ]
    return build_view(rows, TODAY, NOW)


def outcome(view: View, *more: dict[str, object]) -> Outcome:
    """Of the first policy, which every view here has."""
    return next(e for e in evaluate_all(view, known(*more)) if e.policy_id == "XX-ONE")


def known(*more: dict[str, object]) -> tuple[Fact, ...]:
    return facts_of(BORN, *more)


@pytest.mark.parametrize("policy", ASKING)
def test_not_to_hold_what_nobody_published_is_known_of_nobody(policy: Policy) -> None:
    found = outcome(among(policy))
    assert (found.state, found.missing) == ("undetermined", ("policies_held",))
    # The control: the ledger answers for whatever is published.
    assert outcome(among(policy, OTHER)).state == "eligible"


@pytest.mark.parametrize("policy", ASKING)
@pytest.mark.parametrize(
    ("stated", "state"), [("XX-OTHER", "not_eligible"), ([], "eligible"), ("XX-THIRD", None)]
)
def test_whoever_states_what_is_held_or_that_nothing_is_is_believed(
    policy: Policy, stated: object, state: str | None
) -> None:
    found = outcome(among(policy), written("policies_held", stated))
    assert found.state == (state or "undetermined")


def test_to_hold_what_nobody_published_is_not_denied_either() -> None:
    assert outcome(among(policy_of(HELD))).state == "undetermined"
    assert outcome(among(policy_of(HELD), OTHER)).state == "not_eligible"


def test_a_benefit_that_asks_for_it_is_not_certain() -> None:
    rent = benefit("rent", "1 万元").removesuffix("}") + f", when: {NOT_HELD}}}"
    policy = policy_of(benefits=f"[{rent}]")
    (offer,) = outcome(among(policy)).offers
    assert (offer.certain, offer.worth.missing) == (False, ("policies_held",))
    (offer,) = outcome(among(policy, OTHER)).offers
    assert offer.certain


def test_what_is_asked_while_it_lasts_is_left_open_too() -> None:
    stages = f"{{entry: {NOT_HELD}, continuing: {NOT_HELD}, review: {NOT_HELD}}}"
    mine = written("policies_held", "XX-ONE")
    found = outcome(among(policy_of(eligibility=stages)), mine)
    assert [each.state for each in found.stages] == ["undetermined", "undetermined"]
    found = outcome(among(policy_of(eligibility=stages), OTHER), mine)
    assert [each.state for each in found.stages] == ["eligible", "eligible"]


def test_who_stays_under_an_older_text_by_what_nobody_published_is_left_open() -> None:
    keeps = "supersedes: [{policy: XX-ONE, basis: read, cite: b}]\n"
    keeps += f"transition: [{{policy: XX-ONE, keeps: {HELD}, until: open, cite: b}}]"
    period = "{from: 2026-03-01, to: open}"
    newer = policy_of(policy_id="XX-TWO", in_force=period, more=keeps)
    older = policy_of(in_force="{from: 2021-01-01, to: 2026-02-28}")
    view = among(older, newer)
    assert [each.state for each in evaluate_all(view, known())] == ["undetermined"] * 2
    assert [each.unpublished for each in view.entries] == [(), ("XX-OTHER",)]
    known_of = evaluate_all(among(older, newer, OTHER), known())
    assert [str(each.state) for each in known_of] == ["not_eligible", "eligible", "eligible"]


@pytest.mark.parametrize("policy", ASKING)
@pytest.mark.parametrize("others", [(), (OTHER,)])
def test_everybody_at_once_is_judged_alike(policy: Policy, others: tuple[Policy, ...]) -> None:
    view, people = among(policy, *others), [known(), known(written("policies_held", []))]
    judging = judging_of(view)
    asked = people_of([select(each, TODAY, NOW) for each in people], judging.needs)
    together = states_of(judging, asked)["XX-ONE"]
    for place, facts in enumerate(people):
        (alone,) = [e.state for e in evaluate_all(view, facts) if e.policy_id == "XX-ONE"]
        found = [state for state, bits in together.items() if unpacked(bits, len(people))[place]]
        assert found == [alone]


def test_the_view_and_the_sentences_name_it() -> None:
    view = among(policy_of(NOT_HELD))
    (entry,) = view.entries
    assert render_entry(entry, view)["unpublished"] == ["XX-OTHER"]
    assert not isinstance(entry.policy.entry, Unseen)
    said = [each.text for each in lines_of(entry.policy.entry, WORDS)]
    assert any("nobody has published XX-OTHER" in each.en for each in said)
    assert any("尚无机构发布XX-OTHER" in each.zh for each in said)
    told = [each.text.en for each in tell_outcome(outcome(view), WORDS)]
    assert told[-1].endswith("published by nobody, so that it is not known who holds it: XX-OTHER")
    published = among(policy_of(NOT_HELD), OTHER)
    assert [each.unpublished for each in published.entries] == [(), ()]
    assert not any("published" in each.text.en for each in tell_outcome(outcome(published), WORDS))


def test_a_benefit_and_a_later_stage_name_it_too() -> None:
    rent = benefit("rent", "1 万元").removesuffix("}") + f", when: {NOT_HELD}}}"
    for policy, more in (
        (policy_of(benefits=f"[{rent}]"), ()),
        (
            policy_of(eligibility=f"{{entry: {NOT_HELD}, continuing: {NOT_HELD}}}"),
            (written("policies_held", "XX-ONE"),),
        ),
    ):
        told = [each.text.en for each in tell_outcome(outcome(among(policy), *more), WORDS)]
        assert any(line.startswith("asked for and published by nobody") for line in told)
        told = [each.text.en for each in tell_outcome(outcome(among(policy, OTHER), *more), WORDS)]
        assert not any("published by nobody" in line for line in told)


def test_whoever_holds_it_is_not_told_that_nobody_knows() -> None:
    found = outcome(among(policy_of(NOT_HELD)), written("policies_held", "XX-OTHER"))
    told = [each.text.en for each in tell_outcome(found, WORDS)]
    assert any("must not be so" in line for line in told)
    assert not any("nobody has published" in line for line in told)


def test_what_is_published_in_words_that_are_not_known_has_its_ledger() -> None:
    rows = [Published(row_id="r", policy=policy_of(NOT_HELD), recorded_at=RECORDED)]
    view = build_view(rows, TODAY, NOW, unreadable=["XX-OTHER"])
    assert view.entries[0].unpublished == ()
    assert outcome(view).state == "eligible"


def test_nobody_is_told_to_hold_what_nobody_published() -> None:
    either = "{holds: {policies: [XX-OTHER, XX-SECOND], tenure: in_term}, cite: a}"
    second = policy_of(policy_id="XX-SECOND")
    view = among(policy_of(either), second)
    nothing = written("policies_held", [])
    person = select(known(nothing), TODAY, NOW)
    found = near_misses(view, person, default_vocabulary())["XX-ONE"]
    assert [each.value for each in found.changes] == [("XX-SECOND",)]
