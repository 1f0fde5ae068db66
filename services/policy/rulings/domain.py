"""The rules of rulings: a body that may speak for all concerned says which of two texts counts."""

from collections.abc import Sequence

from events.catalog.policy import PolicyRulingGiven, PolicyRulingWithdrawn
from events.sourcing.types import Refused
from services.policy.policies.commands import (
    GiveRuling,
    RelyOnPermission,
    Statement,
    WithdrawRuling,
)
from services.policy.policies.standing import Standing
from services.policy.rulings.statements import Fits, allows, bodies_of, forbids, statement_in


def give_ruling(command: GiveRuling, standing: Standing) -> Sequence[PolicyRulingGiven]:
    """What was ruled last, ruled again, is nothing; only a body no lower may rule otherwise."""
    _for_itself(command.acting_for, command.ruled_by)
    _must_differ(command)
    must_speak_for(command.below, command.forbids, standing)
    _must_say(forbids, command.forbids, standing, "statement-does-not-forbid")
    event = PolicyRulingGiven(
        policy_id=command.forbids.policy_id,
        issuer_id=standing.issuer_id,
        edition=command.forbids.edition,
        forbids=command.forbids.statement_id,
        allows_policy_id=command.allows.policy_id,
        allows_edition=command.allows.edition,
        allows=command.allows.statement_id,
        prevails=command.prevails,
        effective_on=command.effective_on,
        clause=command.clause,
        ruled_by=command.ruled_by,
        ruled_at=command.at,
        recorded_by=command.recorded_by,
    )
    last = standing.rulings.get((event.forbids, event.allows))
    if isinstance(last, PolicyRulingGiven):
        _not_from_above(last, command.below)
        if _said(last) == _said(event):
            return []
    return [event]


def withdraw_ruling(command: WithdrawRuling, standing: Standing) -> Sequence[PolicyRulingWithdrawn]:
    """Only by who gave it or stands above them; the same withdrawal again is nothing."""
    _for_itself(command.acting_for, command.withdrawn_by)
    must_speak_for(command.below, command.forbids, standing)
    last = standing.rulings.get((command.forbids.statement_id, command.allows.statement_id))
    match last:
        case PolicyRulingGiven():
            _not_from_above(last, command.below)
        case PolicyRulingWithdrawn() if last.effective_on == command.effective_on:
            return []
        case _:
            raise Refused("no-ruling-to-withdraw", forbids=command.forbids.statement_id)
    return [
        PolicyRulingWithdrawn(
            policy_id=last.policy_id,
            issuer_id=standing.issuer_id,
            forbids=last.forbids,
            allows_policy_id=last.allows_policy_id,
            allows=last.allows,
            effective_on=command.effective_on,
            clause=command.clause,
            withdrawn_by=command.withdrawn_by,
            withdrawn_at=command.at,
            recorded_by=command.recorded_by,
        )
    ]


def rely_on_permission(command: RelyOnPermission, standing: Standing) -> None:
    must_speak_for(command.below, command.allows, standing)
    _must_say(allows, command.allows, standing, "statement-does-not-allow")


def must_speak_for(below: frozenset[str], statement: Statement, standing: Standing) -> None:
    """Refused unless every body that issued the text is among these, and the text is the newest."""
    concerned = {standing.issuer_id, *bodies_of(standing.documents[-1])}
    if not concerned <= below:
        others = ", ".join(sorted(concerned - below))
        raise Refused("ruling-needs-a-say-over-both", policy_id=statement.policy_id, of=others)
    if statement.edition != standing.editions[-1][0]:
        newest = standing.editions[-1][0]
        raise Refused("edition-not-the-newest", policy_id=statement.policy_id, newest=newest)


def _must_say(
    fits: Fits,
    statement: Statement,
    standing: Standing,
    otherwise: str,
) -> None:
    said = statement_in(standing.documents[-1], statement.policy_id, statement.statement_id)
    if said is None:
        raise Refused("statement-not-found", statement_id=statement.statement_id)
    if not fits(said):
        raise Refused(otherwise, statement_id=statement.statement_id)


def _must_differ(command: GiveRuling) -> None:
    """What a text excepts from its own rule is followed without a ruling."""
    if command.forbids.policy_id == command.allows.policy_id:
        raise Refused("one-text-makes-its-own-exceptions", policy_id=command.forbids.policy_id)


def _for_itself(acting_for: str | None, body_id: str) -> None:
    if acting_for not in (None, body_id):
        raise Refused("ruling-of-another-body", body_id=body_id)


def _not_from_above(last: PolicyRulingGiven, below: frozenset[str]) -> None:
    if last.ruled_by not in below:
        raise Refused("ruled-by-a-body-above", body_id=last.ruled_by)


def _said(event: PolicyRulingGiven) -> tuple[object, ...]:
    texts = (event.edition, event.allows_policy_id, event.allows_edition)
    return *texts, event.prevails, event.effective_on, event.clause, event.ruled_by
