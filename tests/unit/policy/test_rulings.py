"""Who may rule between two texts, on which words, and what the view makes of it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from itertools import permutations
from typing import Any

import pytest

from events.catalog.policy import PolicyRepealed
from events.sourcing.testing import given
from services.policy.entitlements.process import AssessEveryone, react_to_policies
from services.policy.policies.domain import policy
from services.policy.rules import (
    SourceRow,
    View,
    build_view,
    evaluate_all,
    interactions_of,
    rulings,
    rulings_of,
)
from services.policy.rules.package import Package, best_package
from services.policy.rules.render_view import canonical_view
from services.policy.rules.rulings import Prevails
from services.policy.rules.told_package import tell_package
from services.policy.rules.wording import Wording
from tests.support.policy import NOON
from tests.unit.policy.rules.rule_samples import NOW, facts_of
from tests.unit.policy.rules.test_contradictions import EXCLUSIVE, OTHERWISE
from tests.unit.policy.ruling_samples import (
    ALLOWING,
    CITY,
    CITY_TEXT,
    DISTRICT,
    DISTRICT_TEXT,
    FORBIDDING,
    GIVE,
    GIVEN,
    RELY,
    WITHDRAW,
    WITHDRAWN,
    WORDS,
    published,
    row_of,
)
from tests.unit.policy.test_arrival import recorded
from tests.unit.policy.test_policy_rules import JUNE

UPHELD = replace(GIVEN, prevails="forbids")
REPEALED = PolicyRepealed(
    policy_id="DEMO-CITY",
    issuer_id="demo-city",
    effective_on=JUNE,
    reason="over",
    repealed_at=NOON,
    recorded_by="c-1",
)
ABOVE = replace(GIVEN, ruled_by="cn")
MASTER = facts_of({"birth_date": "1990-01-01", "highest_degree": "master"})


def test_a_body_above_the_other_rules_what_counts() -> None:
    given(policy, CITY).when(GIVE).then(GIVEN)
    given(policy, DISTRICT).when(RELY).then_nothing()


@pytest.mark.parametrize("forbids", OTHERWISE)
def test_it_may_be_ruled_in_whatever_way_a_text_forbids(forbids: str) -> None:
    city = published("DEMO-CITY", "demo-city", CITY_TEXT.replace(EXCLUSIVE, forbids))
    given(policy, city).when(GIVE).then(GIVEN)


def test_the_same_ruling_again_is_nothing_and_another_one_is_recorded() -> None:
    given(policy, CITY, GIVEN).when(GIVE).then_nothing()
    given(policy, CITY, GIVEN).when(replace(GIVE, prevails="forbids")).then(UPHELD)
    given(policy, CITY, GIVEN, UPHELD).when(GIVE).then(GIVEN)


def test_a_lower_body_has_no_say_over_the_text_of_the_one_above() -> None:
    lower = replace(
        GIVE,
        below=WORDS.bodies_below("demo-district"),
        ruled_by="demo-district",
        acting_for="demo-district",
    )
    given(policy, CITY).when(lower).then_refused("ruling-needs-a-say-over-both")


def test_a_body_beside_them_has_no_say_over_either_text() -> None:
    other = WORDS.bodies_below("shanghai")
    given(policy, CITY).when(replace(GIVE, below=other)).then_refused(
        "ruling-needs-a-say-over-both"
    )
    given(policy, DISTRICT).when(replace(RELY, below=other)).then_refused(
        "ruling-needs-a-say-over-both"
    )


def test_a_body_nobody_knows_has_no_say() -> None:
    nobody = replace(GIVE, below=WORDS.bodies_below("demo-village"))
    given(policy, CITY).when(nobody).then_refused("ruling-needs-a-say-over-both")


def test_who_issued_a_text_together_with_a_body_above_does_not_rule_alone() -> None:
    together = CITY_TEXT.replace("issuer: demo-city\n", "issuer: demo-city\nwith: [cn]\n")
    joint = published("DEMO-CITY", "demo-city", together)
    given(policy, joint).when(GIVE).then_refused("ruling-needs-a-say-over-both")


def test_nobody_rules_in_the_name_of_another_body() -> None:
    given(policy, CITY).when(replace(GIVE, acting_for="demo-district")).then_refused(
        "ruling-of-another-body"
    )
    given(policy, CITY, GIVEN).when(replace(WITHDRAW, acting_for="")).then_refused(
        "ruling-of-another-body"
    )


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"forbids": replace(FORBIDDING, edition=2)}, "edition-not-the-newest"),
        ({"forbids": replace(FORBIDDING, statement_id="DEMO-CITY/other")}, "statement-not-found"),
        ({"allows": replace(ALLOWING, policy_id="DEMO-CITY")}, "one-text-makes-its-own-exceptions"),
    ],
)
def test_a_ruling_is_about_words_that_stand(change: dict[str, Any], code: str) -> None:
    given(policy, CITY).when(replace(GIVE, **change)).then_refused(code)


def test_what_forbids_must_forbid_and_what_allows_must_allow() -> None:
    swapped = replace(GIVE, forbids=ALLOWING, allows=FORBIDDING)
    given(policy, DISTRICT).when(swapped).then_refused("statement-does-not-forbid")
    given(policy, CITY).when(replace(RELY, allows=FORBIDDING)).then_refused(
        "statement-does-not-allow"
    )


def test_of_what_was_never_published_or_has_ended_nothing_is_ruled() -> None:
    given(policy).when(GIVE).then_refused("policy-not-found")
    given(policy).when(RELY).then_refused("policy-not-found")
    given(policy, CITY, REPEALED).when(GIVE).then_refused("policy-has-ended")


def test_what_a_body_above_ruled_stays_ruled() -> None:
    given(policy, CITY, ABOVE).when(GIVE).then_refused("ruled-by-a-body-above")
    given(policy, CITY, ABOVE).when(WITHDRAW).then_refused("ruled-by-a-body-above")


def test_a_ruling_is_withdrawn_once() -> None:
    given(policy, CITY, GIVEN).when(WITHDRAW).then(WITHDRAWN)
    given(policy, CITY, GIVEN, WITHDRAWN).when(WITHDRAW).then_nothing()
    given(policy, CITY).when(WITHDRAW).then_refused("no-ruling-to-withdraw")
    given(policy, CITY, GIVEN, WITHDRAWN).when(GIVE).then(GIVEN)


@pytest.mark.parametrize("event", [GIVEN, WITHDRAWN])
def test_everybody_is_assessed_after_a_ruling(event: object) -> None:
    wanted = list(react_to_policies(recorded("policy-DEMO-CITY", 2, event)))
    assert isinstance(getattr(wanted[0], "command", None), AssessEveryone)


def rows(*events: object) -> list[SourceRow]:
    """What the city's stream holds after its text and the district's."""
    said = [row_of(recorded("policy-DEMO-CITY", n, e)) for n, e in enumerate((CITY, *events), 1)]
    return [*said, row_of(recorded("policy-DEMO-DISTRICT", 1, DISTRICT))]


def view_of(arrived: Iterable[SourceRow], on: date = JUNE) -> View:
    return build_view(arrived, on, NOON, superiors=WORDS.superiors())


def package_of(view: View) -> Package:
    outcomes = evaluate_all(replace(view, known_at=NOW), MASTER)
    return best_package(outcomes, interactions_of(view), rulings=rulings_of(view))


def test_until_it_is_ruled_the_stricter_reading_counts_and_the_package_is_provisional() -> None:
    package = package_of(view_of(rows()))
    assert (package.provisional, package.most_fen, package.rulings) == (True, 5_000_000, ())
    assert [each.gain_fen for each in package.doubts] == [3_000_000]


def test_by_a_ruling_that_both_may_be_had_the_package_grows_and_is_final() -> None:
    package = package_of(view_of(rows(GIVEN)))
    assert (package.provisional, package.most_fen) == (False, 8_000_000)
    [ruling] = package.rulings
    assert (ruling.by, ruling.clause, ruling.row) == (
        "demo-city",
        "Ruling 7, point 2",
        "policy-DEMO-CITY@2",
    )


def test_by_a_ruling_that_the_prohibition_counts_the_stricter_reading_is_final() -> None:
    package = package_of(view_of(rows(UPHELD)))
    assert (package.provisional, package.most_fen) == (False, 5_000_000)
    assert [each.prevails for each in package.rulings] == [Prevails.FORBIDS]


def test_a_ruling_counts_from_its_day_until_it_is_withdrawn() -> None:
    may, july = date(2026, 5, 31), date(2026, 7, 1)
    assert view_of(rows(GIVEN), may).rulings == ()
    later = replace(WITHDRAWN, effective_on=july)
    assert len(view_of(rows(GIVEN, later)).rulings) == 1
    assert view_of(rows(GIVEN, later), july).rulings == ()
    assert package_of(view_of(rows(GIVEN, later), july)).provisional


def test_a_new_edition_of_either_text_needs_a_new_ruling() -> None:
    city = published("DEMO-CITY", "demo-city", CITY_TEXT.replace("version: 1", "version: 2"), 2)
    assert view_of(rows(GIVEN, city)).rulings == ()
    text = DISTRICT_TEXT.replace("version: 1", "version: 2")
    district = published("DEMO-DISTRICT", "demo-district", text, 2)
    newer = row_of(recorded("policy-DEMO-DISTRICT", 2, district))
    assert view_of([*rows(GIVEN), newer]).rulings == ()


def test_the_view_follows_nobody_without_a_say_over_both_texts() -> None:
    for body in ("demo-district", "shanghai", "demo-village"):
        assert view_of(rows(replace(GIVEN, ruled_by=body))).rulings == ()


def test_a_view_that_asks_nobody_for_their_say_would_follow_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control of the one before."""
    monkeypatch.setattr(rulings, "may_rule", lambda *_: True)
    (followed,) = view_of(rows(replace(GIVEN, ruled_by="demo-district"))).rulings
    assert followed.by == "demo-district"


def differs(arrivals: Iterable[Sequence[SourceRow]]) -> bool:
    texts = {canonical_view(view_of(arrived), WORDS) for arrived in arrivals}
    return len(texts) > 1


def last_arrival_counts(arrived: Sequence[SourceRow]) -> list[SourceRow]:
    """What is wrong in a reader that keeps of all rulings the one that came last."""
    ruled = [each for each in arrived if type(each).__name__.startswith("Rul")]
    return [*(each for each in arrived if each not in ruled), *ruled[-1:]]


def test_rulings_in_every_order_give_one_view_to_the_byte_and_another_version() -> None:
    said = rows(GIVEN, UPHELD, WITHDRAWN)
    orders = [[order[0], *order] for order in permutations(said)]
    assert not differs(orders)
    assert differs(map(last_arrival_counts, orders))
    assert len({view_of(each).version for each in (rows(), rows(GIVEN), rows(UPHELD))}) == 3


def test_both_policies_rest_on_the_row_of_the_ruling() -> None:
    view = view_of(rows(GIVEN))
    assert all("policy-DEMO-CITY@2" in each.rows for each in view.entries)


def test_the_tenth_word_of_a_stream_comes_after_the_ninth() -> None:
    turns = [GIVEN if n % 2 else UPHELD for n in range(9)]
    assert [each.prevails for each in view_of(rows(*turns)).rulings] == [Prevails.FORBIDS]


def test_the_answer_tells_by_whose_word_it_follows_which_text() -> None:
    lines = list(tell_package(package_of(view_of(rows(GIVEN))), Wording(WORDS)))
    assert "what allows counts (Demo City (invented), Ruling 7, point 2)" in lines[-1].text.en
