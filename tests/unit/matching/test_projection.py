"""What each event makes of each read model, as statements."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from contracts.sample import sample
from events.catalog.chain import ChainCharted
from events.catalog.demand import DemandClosed
from events.catalog.match import MatchesWithdrawn, MatchProposed, ShortlistChanged
from events.catalog.talent import FactsStated
from events.sourcing.statements import Statement
from events.sourcing.types import Recorded
from services.matching.chain.projection import project_chain
from services.matching.demand.projection import project_demand
from services.matching.match.projection import (
    project_profile,
    project_proposal,
    project_shortlist,
)
from services.matching.shapes import plain
from tests.support.matching import NOON, chip_designer, fact, raised
from tests.support.spoken import spoken
from tests.unit.matching.test_process import recorded

Project: TypeAlias = Callable[[Recorded[Any]], Iterable[Statement]]
Done: TypeAlias = tuple[str, str, Mapping[str, Any]]

RAISED = raised()
CLOSED = DemandClosed(demand_id="d-1", reason="filled", closed_by="m-1", closed_at=NOON)
CHARTED = sample(ChainCharted, chain_id="ic")
PROPOSED = sample(MatchProposed, talent_id="t-1")
WITHDRAWN = sample(MatchesWithdrawn, talent_id="t-1")
LISTED = sample(ShortlistChanged, demand_id="d-1", talent_ids=("t-2", "t-1"))
STATED = FactsStated(
    talent_id="t-1", facts=(*chip_designer(), fact("sex", "female")), stated_at=NOON
)
EVERYTHING = (RAISED, CLOSED, CHARTED, PROPOSED, WITHDRAWN, LISTED, STATED)


def done(project: Project, event: object, stream: str = "a-stream") -> list[Done]:
    """Each statement as (verb, table, values)."""
    return [spoken(statement) for statement in project(recorded(event, stream))]


def touches_only(project: Project, *events: object) -> None:
    for event in EVERYTHING:
        assert bool(done(project, event)) == (event in events)


def test_a_chart_replaces_the_one_before() -> None:
    assert done(project_chain, CHARTED) == [
        ("UPSERT", "chain", {"chain_id": "ic", "chart": plain(CHARTED), "position": 9})
    ]
    touches_only(project_chain, CHARTED)


def test_a_demand_is_open_until_it_is_closed() -> None:
    ((verb, table, values),) = done(project_demand, RAISED)
    assert (verb, table, values["state"]) == ("INSERT", "demand", "open")
    assert values["raised"] == plain(RAISED)

    ((verb, _, values),) = done(project_demand, CLOSED)
    assert (verb, values["state"], values["demand_id"]) == ("UPDATE", "closed", "d-1")
    touches_only(project_demand, RAISED, CLOSED)


def test_a_proposal_replaces_the_one_before() -> None:
    ((verb, table, values),) = done(project_proposal, PROPOSED)

    assert (verb, table) == ("UPSERT", "proposal")
    assert values["proposed"] == plain(PROPOSED)
    touches_only(project_proposal, PROPOSED, WITHDRAWN)


def test_what_was_withdrawn_or_forgotten_goes() -> None:
    forgotten = sample(MatchProposed, talent_id="t-1", demands=None)
    gone = [("DELETE", "proposal", {"talent_id": "t-1"})]

    assert done(project_proposal, WITHDRAWN) == gone
    assert done(project_proposal, forgotten) == gone


def test_a_shortlist_keeps_its_order() -> None:
    ((verb, table, values),) = done(project_shortlist, LISTED)

    assert (verb, table, values["talent_ids"]) == ("UPSERT", "shortlist", ["t-2", "t-1"])
    touches_only(project_shortlist, LISTED)


def test_of_a_talent_only_the_facts_that_count_are_kept() -> None:
    ((verb, table, values),) = done(project_profile, STATED, "talent-t-1")

    assert (verb, table, values["facts_version"]) == ("UPSERT", "profile", 4)
    assert values["facts"] == plain(chip_designer())
    touches_only(project_profile, STATED)


def test_a_forgotten_talent_has_no_profile() -> None:
    gone = [("DELETE", "profile", {"talent_id": "t-1"})]

    assert done(project_profile, None, "talent-t-1") == gone
