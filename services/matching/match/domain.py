"""Recording what is proposed: a list that has not changed is not recorded again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias, assert_never

from events.catalog.match import MatchesWithdrawn, MatchProposed, RankedDemand, ShortlistChanged
from events.sourcing.decider import Decider
from events.sourcing.types import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeMatches:
    talent_id: str
    demands: tuple[RankedDemand, ...]
    facts_version: int
    scoring_version: str
    valid_at: date
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawMatches:
    talent_id: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviseShortlist:
    demand_id: str
    talent_ids: tuple[str, ...]
    scoring_version: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Proposed:
    """What was proposed last; nothing at first, or where it cannot be read any more."""

    demands: tuple[RankedDemand, ...] = ()


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The talent is not matched any more."""


ProposalCommand: TypeAlias = ProposeMatches | WithdrawMatches
ProposalEvent: TypeAlias = MatchProposed | MatchesWithdrawn
Proposal: TypeAlias = Proposed | Withdrawn


def ranking(demands: Sequence[RankedDemand]) -> tuple[tuple[str, int, str], ...]:
    """What makes two top lists the same: which demands, in which order, how well each fits."""
    return tuple((demand.demand_id, demand.score, demand.standing) for demand in demands)


def propose_matches(command: ProposeMatches, proposal: Proposal) -> Sequence[ProposalEvent]:
    if isinstance(proposal, Withdrawn):
        raise Refused("matches-withdrawn")
    if ranking(command.demands) == ranking(proposal.demands):
        return []
    return [
        MatchProposed(
            talent_id=command.talent_id,
            demands=command.demands,
            facts_version=command.facts_version,
            scoring_version=command.scoring_version,
            valid_at=command.valid_at,
            proposed_at=command.at,
        )
    ]


def withdraw_matches(command: WithdrawMatches, proposal: Proposal) -> Sequence[ProposalEvent]:
    """Twice withdrawn is once withdrawn."""
    if isinstance(proposal, Withdrawn):
        return []
    return [
        MatchesWithdrawn(
            talent_id=command.talent_id, reason=command.reason, withdrawn_at=command.at
        )
    ]


def decide(command: ProposalCommand, proposal: Proposal) -> Sequence[ProposalEvent]:
    """The rule for each command."""
    match command:
        case ProposeMatches():
            return propose_matches(command, proposal)
        case WithdrawMatches():
            return withdraw_matches(command, proposal)
        case _:
            assert_never(command)


def evolve(_: Proposal, event: ProposalEvent) -> Proposal:
    """What each event leaves behind."""
    match event:
        case MatchProposed():
            return Proposed(event.demands or ())
        case MatchesWithdrawn():
            return Withdrawn()
        case _:
            assert_never(event)


proposal: Decider[ProposalCommand, Proposal, ProposalEvent] = Decider(
    "match", Proposed(), decide, evolve, last_says_all=True
)


def revise_shortlist(
    command: ReviseShortlist, listed: tuple[str, ...]
) -> Sequence[ShortlistChanged]:
    if command.talent_ids == listed:
        return []
    return [
        ShortlistChanged(
            demand_id=command.demand_id,
            talent_ids=command.talent_ids,
            scoring_version=command.scoring_version,
            changed_at=command.at,
        )
    ]


def evolve_shortlist(_: tuple[str, ...], event: ShortlistChanged) -> tuple[str, ...]:
    """The last list is the list."""
    return event.talent_ids


shortlist: Decider[ReviseShortlist, tuple[str, ...], ShortlistChanged] = Decider(
    "match", (), revise_shortlist, evolve_shortlist, last_says_all=True
)
