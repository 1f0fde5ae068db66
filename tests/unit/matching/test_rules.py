"""What may be charted, raised, closed, proposed and listed."""

from dataclasses import fields, replace

import pytest

from events.catalog.chain import ChainCharted, ChainNode
from events.catalog.demand import DemandClosed
from events.catalog.match import (
    MatchesWithdrawn,
    MatchProposed,
    RankedDemand,
    ShortlistChanged,
)
from events.sourcing.testing import given
from services.matching.chain.domain import ChartChain, RelyOnNode, chain
from services.matching.demand.domain import CloseDemand, RaiseDemand, demand
from services.matching.match.domain import (
    ProposeMatches,
    ReviseShortlist,
    WithdrawMatches,
    proposal,
    shortlist,
)
from tests.support.matching import NOON, TODAY, raised

DESIGN = ChainNode(
    node_id="ic-design",
    stage="midstream",
    order=1,
    name_zh="芯片设计",
    name_en="Chip design",
    node_confidence="read",
    industries=(),
    disciplines=(),
    roles=(),
    roles_confidence="recalled",
)
FAB = replace(DESIGN, node_id="ic-fab", order=2, name_zh="晶圆制造", name_en="Wafers")
CHART = ChartChain(
    chain_id="ic",
    name_zh="集成电路",
    name_en="Integrated circuits",
    nodes=(DESIGN, FAB),
    sources=(),
    charted_by="matchmaker-zhao",
    at=NOON,
)
CHARTED = ChainCharted(
    chain_id="ic",
    edition=1,
    name_zh="集成电路",
    name_en="Integrated circuits",
    nodes=(DESIGN, FAB),
    sources=(),
    charted_by="matchmaker-zhao",
    charted_at=NOON,
)
RAISED = raised()
RAISE = RaiseDemand(
    at=NOON, **{field.name: getattr(RAISED, field.name) for field in fields(RAISED)[:-1]}
)
CLOSE = CloseDemand(demand_id="d-1", reason="filled", closed_by="matchmaker-zhao", at=NOON)
CLOSED = DemandClosed(demand_id="d-1", reason="filled", closed_by="matchmaker-zhao", closed_at=NOON)
BEST = RankedDemand(demand_id="d-1", score=90, standing="fits", reasons=())
PROPOSE = ProposeMatches(
    talent_id="t-1",
    demands=(BEST,),
    facts_version=3,
    scoring_version="chain-fit-1",
    valid_at=TODAY,
    at=NOON,
)
PROPOSED = MatchProposed(
    talent_id="t-1",
    demands=(BEST,),
    facts_version=3,
    scoring_version="chain-fit-1",
    valid_at=TODAY,
    proposed_at=NOON,
)
WITHDRAW = WithdrawMatches(talent_id="t-1", reason="talent-forgotten", at=NOON)
WITHDRAWN = MatchesWithdrawn(talent_id="t-1", reason="talent-forgotten", withdrawn_at=NOON)
REVISE = ReviseShortlist(
    demand_id="d-1", talent_ids=("t-1", "t-2"), scoring_version="chain-fit-1", at=NOON
)
LISTED = ShortlistChanged(
    demand_id="d-1", talent_ids=("t-1", "t-2"), scoring_version="chain-fit-1", changed_at=NOON
)


def test_a_chain_is_charted() -> None:
    given(chain).when(CHART).then(CHARTED)


def test_the_same_chart_again_is_nothing_new() -> None:
    given(chain, CHARTED).when(CHART).then_nothing()


def test_another_chart_is_the_next_edition() -> None:
    given(chain, CHARTED).when(replace(CHART, nodes=(DESIGN,))).then(
        replace(CHARTED, edition=2, nodes=(DESIGN,))
    )


def test_a_chain_without_nodes_is_refused() -> None:
    given(chain).when(replace(CHART, nodes=())).then_refused("chain-without-nodes")


def test_a_node_stands_in_a_chain_once() -> None:
    twice = replace(CHART, nodes=(DESIGN, replace(DESIGN, order=2)))
    given(chain).when(twice).then_refused("chain-node-twice")


def test_a_stage_is_upstream_midstream_or_downstream() -> None:
    sideways = replace(CHART, nodes=(replace(DESIGN, stage="sideways"),))
    given(chain).when(sideways).then_refused("chain-stage-unknown")


def test_nodes_stand_in_their_order_from_upstream_to_downstream() -> None:
    given(chain).when(replace(CHART, nodes=(FAB, DESIGN))).then_refused("chain-out-of-order")
    upstream = replace(FAB, stage="upstream")
    given(chain).when(replace(CHART, nodes=(DESIGN, upstream))).then_refused("chain-out-of-order")


@pytest.mark.parametrize("charted", [[], [replace(CHARTED, nodes=(FAB,))]])
def test_what_is_not_charted_is_not_relied_on(charted: list[ChainCharted]) -> None:
    rely = RelyOnNode(chain_id="ic", node_id="ic-design")
    given(chain, *charted).when(rely).then_refused("chain-node-not-found")
    given(chain, *charted, CHARTED).when(rely).then_nothing()


def test_a_demand_is_raised_as_it_was_asked() -> None:
    given(demand).when(RAISE).then(RAISED)


def test_a_demand_is_raised_once() -> None:
    given(demand, RAISED).when(RAISE).then_refused("demand-already-raised")


def test_a_condition_is_one_of_the_criteria() -> None:
    strange = replace(RAISE, must=("school",))
    given(demand).when(strange).then_refused("demand-criterion-unknown")


def test_only_what_is_asked_can_be_a_condition() -> None:
    empty = replace(RAISE, degree_at_least=None, must=("degree",))
    given(demand).when(empty).then_refused("demand-condition-not-asked")


def test_an_open_demand_is_closed() -> None:
    given(demand, RAISED).when(CLOSE).then(CLOSED)


def test_a_demand_is_closed_once() -> None:
    given(demand, RAISED, CLOSED).when(CLOSE).then_refused("demand-already-closed")


def test_a_demand_that_nobody_raised_cannot_be_closed() -> None:
    given(demand).when(CLOSE).then_refused("demand-not-found")


def test_a_first_list_is_proposed() -> None:
    given(proposal).when(PROPOSE).then(PROPOSED)


def test_an_empty_first_list_is_nothing() -> None:
    given(proposal).when(replace(PROPOSE, demands=())).then_nothing()


def test_the_same_list_from_newer_facts_is_not_proposed_again() -> None:
    given(proposal, PROPOSED).when(replace(PROPOSE, facts_version=4)).then_nothing()


def test_another_score_is_another_list() -> None:
    better = (replace(BEST, score=95),)
    given(proposal, PROPOSED).when(replace(PROPOSE, demands=better)).then(
        replace(PROPOSED, demands=better)
    )


def test_a_list_that_became_empty_is_recorded() -> None:
    given(proposal, PROPOSED).when(replace(PROPOSE, demands=())).then(replace(PROPOSED, demands=()))


def test_a_list_that_cannot_be_read_any_more_is_proposed_again() -> None:
    given(proposal, replace(PROPOSED, demands=None)).when(PROPOSE).then(PROPOSED)


def test_matches_are_withdrawn_once() -> None:
    given(proposal, PROPOSED).when(WITHDRAW).then(WITHDRAWN)
    given(proposal, PROPOSED, WITHDRAWN).when(WITHDRAW).then_nothing()


def test_nothing_is_proposed_after_a_withdrawal() -> None:
    given(proposal, PROPOSED, WITHDRAWN).when(PROPOSE).then_refused("matches-withdrawn")


def test_a_shortlist_is_recorded_when_it_changes() -> None:
    given(shortlist).when(REVISE).then(LISTED)
    given(shortlist, LISTED).when(REVISE).then_nothing()


def test_another_order_is_another_shortlist() -> None:
    turned = ("t-2", "t-1")
    given(shortlist, LISTED).when(replace(REVISE, talent_ids=turned)).then(
        replace(LISTED, talent_ids=turned)
    )
