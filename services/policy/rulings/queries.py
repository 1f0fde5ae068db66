"""Which contradictions wait for a ruling, who may rule, and what was ruled before."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncEngine

from services.policy.policies.projection import policy_row, ruling_row
from services.policy.policies.queries import basis_out
from services.policy.policies.views import EVERYTHING_SAID, Consolidated
from services.policy.rules import Vocabulary
from services.policy.rules.contradictions import Contradiction, Said, contradictions_in
from services.policy.rules.render import render_cite, render_policy, render_ruling
from services.policy.rules.told_interactions import tell_interaction
from services.policy.rules.wording import Wording

Json = dict[str, Any]

MOST = 100
"""Of what was ruled before so much is listed, the newest first."""

RULED = EVERYTHING_SAID.where(ruling_row.c.position.is_not(None)).order_by(
    policy_row.c.position.desc()
)
TITLE = ("policy_id", "title", "issuer", "joint_issuers", "doc_no", "demo")


async def rulings_recorded(engine: AsyncEngine) -> Sequence[Row[Any]]:
    """What was ever ruled or withdrawn, the newest first."""
    async with engine.connect() as connection:
        return (await connection.execute(RULED)).all()


def contradictions_out(seen: Consolidated, rows: Sequence[Row[Any]], words: Vocabulary) -> Json:
    """Of the day; `rows` recorded after the moment of knowing are left out."""
    wording = Wording(words)
    known = [row for row in rows if row.position <= seen.position]
    counting = frozenset(each.row for each in seen.view.rulings)
    return {
        **basis_out(seen, words),
        "contradictions": [
            _contradiction(each, wording)
            for each in contradictions_in(seen.view, words.superiors())
        ],
        "ruled": [_ruled(row, counts=row.row_id in counting) for row in known[:MOST]],
        "ruled_in_all": len(known),
    }


def _contradiction(found: Contradiction, words: Wording) -> Json:
    return {
        "forbids": _said(found.forbids, words),
        "allows": _said(found.allows, words),
        "benefits": [{"one": one, "other": other} for one, other in found.benefits],
        "at_stake_fen": found.at_stake_fen,
        "may_rule": list(found.may_rule),
        "ruling": None if found.ruling is None else render_ruling(found.ruling),
    }


def _said(said: Said, words: Wording) -> Json:
    policy, told = render_policy(said.policy), tell_interaction(said.statement, words)
    return {
        "statement_id": said.statement.stated.interaction_id,
        "edition": said.policy.version,
        **{name: policy[name] for name in TITLE},
        "cite": render_cite(said.statement.stated.cite),
        "said": {"zh": told.zh, "en": told.en},
    }


def _ruled(row: Row[Any], *, counts: bool) -> Json:
    return {
        "row": row.row_id,
        "forbids": row.forbids,
        "forbids_edition": row.edition,
        "allows": row.allows,
        "allows_edition": row.allows_edition,
        "prevails": row.prevails,
        "by": row.ruled_by,
        "clause": row.reason,
        "effective_on": row.effective_on.isoformat(),
        "recorded_at": row.recorded_at.isoformat(),
        "counts": counts,
    }
