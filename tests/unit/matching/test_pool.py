"""Everybody and every demand scored against each other: lists from both sides, kept up to date."""

from datetime import date, timedelta
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from events.catalog.talent import Fact
from services.matching.match.pool import TOP, Pool
from tests.support.matching import SCALES, TODAY, chip_designer, fact, raised

MASTER = (fact("highest_degree", "master"), *chip_designer()[1:])
NOVICE = (*chip_designer()[:3], fact("work_experience_years", 1))


def pool(*demand_ids: str, day: date = TODAY) -> Pool:
    made = Pool(SCALES, valid_at=day)
    for demand_id in demand_ids:
        made.open(raised(demand_id))
    return made


def test_both_directions_give_the_same_numbers() -> None:
    both = pool("d-1", "d-2")
    both.learn("t-1", chip_designer(), version=1)
    both.learn("t-2", NOVICE, version=1)

    theirs = {(t, d): score for t in ("t-1", "t-2") for d, score, _ in both.ranking(t)}
    assert set(theirs) == {(t, d) for d in ("d-1", "d-2") for t in both.shortlist(d)}
    assert both.shortlist("d-1") == ("t-1", "t-2")
    assert theirs["t-1", "d-1"] == theirs["t-1", "d-2"] > theirs["t-2", "d-1"]


def test_of_equal_demands_the_scarcer_post_comes_first_and_then_the_id() -> None:
    equal = Pool(SCALES, valid_at=TODAY)
    for demand_id, stars in (("d-3", 2), ("d-2", 5), ("d-1", 2)):
        equal.open(raised(demand_id, stars=stars))
    equal.learn("t-1", chip_designer(), version=1)

    assert [demand_id for demand_id, _, _ in equal.ranking("t-1")] == ["d-2", "d-1", "d-3"]


def test_of_equal_talents_the_id_decides() -> None:
    equal = pool("d-1")
    for talent_id in ("t-2", "t-1"):
        equal.learn(talent_id, chip_designer(), version=1)

    assert equal.shortlist("d-1") == ("t-1", "t-2")


def test_who_is_to_be_verified_stands_behind_who_fits() -> None:
    unsure = pool("d-1")
    unsure.learn("t-1", chip_designer()[1:], version=1)
    unsure.learn("t-2", NOVICE, version=1)

    assert unsure.shortlist("d-1") == ("t-2", "t-1")
    assert [standing for _, _, standing in unsure.ranking("t-1")] == ["to-verify"]


def test_the_reasons_belong_to_the_ranking() -> None:
    explained = pool("d-1", "d-2")
    explained.learn("t-1", MASTER, version=1)

    best = explained.best("t-1")

    assert tuple((b.demand_id, b.score, b.standing) for b in best) == explained.ranking("t-1")


def test_older_facts_that_arrive_late_are_passed_over() -> None:
    late = pool("d-1")
    assert late.learn("t-1", chip_designer(), version=3)

    assert not late.learn("t-1", (), version=2)
    assert late.shortlist("d-1") == ("t-1",)
    assert late.version_of("t-1") == 3


def test_a_forgotten_talent_stands_on_no_list_and_does_not_come_back() -> None:
    forgetful = pool("d-1")
    forgetful.learn("t-1", chip_designer(), version=1)
    forgetful.forget("t-1", version=2)

    forgetful.learn("t-1", chip_designer(), version=1)
    forgetful.open(raised("d-2"))

    assert (forgetful.shortlist("d-1"), forgetful.shortlist("d-2")) == ((), ())
    assert forgetful.best("t-1") == ()


def test_a_closed_demand_does_not_open_again() -> None:
    closing = pool("d-1")
    closing.learn("t-1", chip_designer(), version=1)
    closing.close("d-1")
    closing.open(raised("d-1"))

    assert (closing.ranking("t-1"), closing.shortlist("d-1")) == ((), ())


def test_another_day_may_have_other_facts() -> None:
    ends = (*chip_designer()[:4], fact("work_region", "minhang", valid_to=TODAY))
    turning = pool("d-1")
    turning.learn("t-1", ends, version=1)
    ((_, before, _),) = turning.ranking("t-1")

    turning.turn_to(TODAY + timedelta(days=1))

    ((_, after, _),) = turning.ranking("t-1")
    assert (before, after) == (100, 85)


def test_a_demand_suits_those_on_whose_list_it_could_have_a_place() -> None:
    full = pool(*(f"d-{number:02d}" for number in range(TOP)))
    full.learn("t-1", chip_designer(), version=1)
    full.learn("t-2", NOVICE, version=1)
    listed = {t: full.ranking(t) for t in ("t-1", "t-2")}

    full.open(raised("d-99", years_at_least=None))

    assert full.suited("d-99", listed) == {"t-1", "t-2"}
    full.open(raised("d-98", region="hangzhou"))
    assert full.suited("d-98", listed) == {"t-2"}


def test_the_order_of_arrival_does_not_matter() -> None:
    facts = {"t-1": chip_designer(), "t-2": NOVICE, "t-3": MASTER}
    seen = set()
    for order in permutations(facts):
        arriving = Pool(SCALES, valid_at=TODAY)
        arriving.learn(order[0], facts[order[0]], version=1)
        arriving.open(raised("d-1"))
        for talent_id in order[1:]:
            arriving.learn(talent_id, facts[talent_id], version=1)
        seen.add((arriving.shortlist("d-1"), *(arriving.ranking(t) for t in facts)))

    assert len(seen) == 1


LISTS = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, 6), st.booleans()), min_size=1, max_size=60
)


@settings(max_examples=60)
@given(LISTS)
def test_a_list_kept_up_to_date_is_the_list_made_anew(
    changes: list[tuple[int, int, bool]],
) -> None:
    kept = pool("d-1", "d-2")
    known: dict[str, tuple[Fact, ...]] = {}
    for version, (number, years, forgets) in enumerate(changes, start=1):
        talent_id = f"t-{number:02d}"
        if forgets:
            kept.forget(talent_id, version=version)
            known.pop(talent_id, None)
        else:
            known[talent_id] = (*chip_designer()[:3], fact("work_experience_years", years))
            kept.learn(talent_id, known[talent_id], version=version)

    anew = pool("d-1", "d-2")
    for talent_id, facts in known.items():
        anew.learn(talent_id, facts, version=1)

    assert kept.shortlist("d-1") == anew.shortlist("d-1")
    assert kept.everybody() == anew.everybody()
    assert {t: kept.ranking(t) for t in known} == {t: anew.ranking(t) for t in known}
