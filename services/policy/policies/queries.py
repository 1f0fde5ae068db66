"""Answers about policies: the view of a day as known at a moment, and one policy with its past."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncEngine

from events.sourcing.types import Refused
from services.policy.policies.counting import Counting
from services.policy.policies.projection import policy_row
from services.policy.policies.views import EVERYTHING_SAID, Consolidated
from services.policy.rules import Vocabulary
from services.policy.rules.figures import Figure, figures_in, figures_of_entry
from services.policy.rules.outcome import engine_version
from services.policy.rules.render import render_ruling
from services.policy.rules.render_view import render_entry, render_figure
from services.policy.rules.view import ViewEntry

Json = dict[str, Any]


def view_out(seen: Consolidated, words: Vocabulary, counting: Counting) -> Json:
    """The consolidated view: its version, and every policy with whether it can be had."""
    return {
        **basis_out(seen, words),
        "confirmed_only": counting.confirmed_only,
        "unreadable_policies": list(seen.unreadable),
        "policies": [render_entry(entry, seen.view) for entry in seen.view.entries],
        "rulings": [render_ruling(each) for each in seen.view.rulings],
    }


def figures_out(seen: Consolidated, words: Vocabulary, counting: Counting) -> Json:
    """What the policies of the view state, figure by figure."""
    return {
        **basis_out(seen, words),
        "confirmed_only": counting.confirmed_only,
        "figures": [render_figure(each) for each in figures_in(seen.view, words)],
    }


def policy_out(
    seen: Consolidated, policy_id: str, rows: Sequence[Row[Any]], words: Vocabulary
) -> Json:
    """One policy as it stands in the view, its figures, and everything its body said about it."""
    entries = [each for each in seen.view.entries if each.policy.policy_id == policy_id]
    if not entries:
        raise Refused("policy-not-found", policy_id=policy_id)
    known = [row for row in rows if row.position <= seen.position]
    return {
        **basis_out(seen, words),
        **render_entry(entries[0], seen.view),
        "figures": [render_figure(each) for each in _figures(seen, policy_id, words)],
        "document": _document(entries[0], known),
        "history": [_history_out(row) for row in known],
    }


def _figures(seen: Consolidated, policy_id: str, words: Vocabulary) -> tuple[Figure, ...]:
    texts = {entry.policy.policy_id: entry.policy for entry in seen.view.entries}
    entries = [each for each in seen.view.entries if each.policy.policy_id == policy_id]
    return tuple(f for entry in entries for f in figures_of_entry(entry, texts, words))


def basis_out(seen: Consolidated, words: Vocabulary) -> Json:
    """What an answer about policies rests on."""
    return {
        "view_version": seen.view.version,
        "view_position": seen.position,
        "valid_at": seen.view.valid_at.isoformat(),
        "known_at": seen.view.known_at.isoformat(),
        "engine_version": engine_version(words),
    }


async def rows_of(engine: AsyncEngine, policy_id: str) -> Sequence[Row[Any]]:
    """What was said about one policy, oldest first."""
    query = EVERYTHING_SAID.where(policy_row.c.policy_id == policy_id)
    async with engine.connect() as connection:
        return (await connection.execute(query.order_by(policy_row.c.position))).all()


def _document(entry: ViewEntry, rows: Sequence[Row[Any]]) -> str | None:
    return next((row.document for row in rows if row.digest == entry.policy.digest), None)


def _history_out(row: Row[Any]) -> Json:
    return {
        "row": row.row_id,
        "position": row.position,
        "said": row.said,
        "edition": row.edition,
        "digest": row.digest,
        "superseded_by": row.superseded_by,
        "effective_on": _text(row.effective_on),
        "reason": row.reason,
        "kind": row.kind,
        "last_on": _text(row.last_on),
        "forbids": row.forbids,
        "allows": row.allows,
        "prevails": row.prevails,
        "ruled_by": row.ruled_by,
        "recorded_at": _text(row.recorded_at),
    }


def _text(moment: date | datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
