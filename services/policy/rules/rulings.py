"""Rulings: which of two statements counts where one text allows what another forbids."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from services.policy.rules.amendments import Superiors
from services.policy.rules.policy import Policy
from services.policy.rules.rows import Ruled, RulingWithdrawn, SourceRow

Dispute: TypeAlias = tuple[str, str]
"""The statement that forbids and the one that allows, by their ids."""

OF_A_POLICY = "/"
"""Stands between a policy and the name that a statement has in it."""


class Prevails(StrEnum):
    FORBIDS = "forbids"
    ALLOWS = "allows"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """Between `forbids` and `allows` the one of `prevails` counts, as `by` says in `clause`."""

    forbids: str
    allows: str
    prevails: Prevails
    by: str
    clause: str
    effective_on: date
    row: str


Rulings: TypeAlias = Mapping[Dispute, Ruling]
NO_RULINGS: Rulings = {}


def may_rule(by: str, bodies: Iterable[str], superiors: Superiors) -> bool:
    """Only a body that issued every text in dispute, or stands above whoever else did."""
    return all(by == body or by in superiors.get(body, ()) for body in bodies)


def rulings_on(
    rows: Iterable[SourceRow], texts: Mapping[str, Policy], day: date, superiors: Superiors
) -> tuple[Ruling, ...]:
    """What was ruled last of each dispute, as far as it bears on the texts that count that day.

    A ruling is about the words it was given on: a new edition of either text needs a new one.
    """
    last: dict[Dispute, Ruled | RulingWithdrawn] = {}
    for row in sorted(_begun(rows, day), key=_turn):
        last[row.forbids, row.allows] = row
    return tuple(
        _ruling(row)
        for _, row in sorted(last.items())
        if isinstance(row, Ruled) and _bears(row, texts, superiors)
    )


def _begun(rows: Iterable[SourceRow], day: date) -> Iterator[Ruled | RulingWithdrawn]:
    for row in rows:
        if isinstance(row, Ruled | RulingWithdrawn) and row.effective_on <= day:
            yield row


def _turn(row: Ruled | RulingWithdrawn) -> tuple[object, int, str]:
    """What is said of one dispute stands in one stream, so the longer row id came later."""
    return row.recorded_at, len(row.row_id), row.row_id


def _bears(row: Ruled, texts: Mapping[str, Policy], superiors: Superiors) -> bool:
    wanted = ((row.forbids, row.forbids_edition), (row.allows, row.allows_edition))
    found = [texts.get(policy_of(statement)) for statement, _ in wanted]
    policies = [each for each in found if each is not None]
    editions = [each.version for each in policies]
    bodies = {body for each in policies for body in (each.issuer, *each.joint_issuers)}
    same = editions == [edition for _, edition in wanted]
    return same and may_rule(row.by, bodies, superiors)


def policy_of(statement: str) -> str:
    return statement.partition(OF_A_POLICY)[0]


def _ruling(row: Ruled) -> Ruling:
    return Ruling(
        forbids=row.forbids,
        allows=row.allows,
        prevails=Prevails(row.prevails),
        by=row.by,
        clause=row.clause,
        effective_on=row.effective_on,
        row=row.row_id,
    )
