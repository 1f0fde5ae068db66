"""The whole view as plain JSON: every policy as it stands, every figure with where it is from."""

from typing import Any, TypeAlias

import msgspec

from services.policy.rules.figures import Figure, figures_in
from services.policy.rules.render import (
    render_change,
    render_cite,
    render_policy,
    render_ruling,
)
from services.policy.rules.standing import is_confirmed, obstacle
from services.policy.rules.view import View, ViewEntry
from services.policy.rules.vocabulary import Vocabulary
from services.policy.rules.windows import next_opening

Json: TypeAlias = dict[str, Any]


def render_view(view: View, words: Vocabulary) -> Json:
    """The same source rows give the same text, to the byte, in whatever order they came."""
    return {
        "view_version": view.version,
        "valid_at": view.valid_at.isoformat(),
        "known_at": view.known_at.isoformat(),
        "policies": [render_entry(each, view) for each in view.entries],
        "figures": [render_figure(each) for each in figures_in(view, words)],
        "rulings": [render_ruling(each) for each in view.rulings],
    }


def render_entry(entry: ViewEntry, view: View) -> Json:
    """`obstacle` says why the policy cannot be had on the day; `rows` are what this rests on.

    `contested_by` names what claims to change it without a right to, `unpublished` the policies
    it names that nobody published.
    """
    found = obstacle(entry.policy, view.valid_at, entry.ended)
    opening = next_opening(entry.policy, view.valid_at)
    ended = entry.ended
    return {
        **render_policy(entry.policy),
        "confirmed": is_confirmed(entry.policy),
        "obstacle": found and found.value,
        "ended": ended
        and {"day": ended.day.isoformat(), "reason": ended.reason.value, "by": ended.by},
        "contested_by": list(entry.contested_by),
        "changes": [render_change(each) for each in entry.changes],
        "next_open": opening and opening.isoformat(),
        "unpublished": list(entry.unpublished),
        "rows": list(entry.rows),
    }


def render_figure(figure: Figure) -> Json:
    """`of` is the policy the figure is about; the rest says who states it, and where."""
    return {
        "of": figure.of,
        "path": figure.path,
        "value": figure.value,
        "unit": figure.unit,
        "issuer": figure.issuer,
        "policy_id": figure.policy_id,
        "version": figure.version,
        "doc_no": figure.doc_no,
        "digest": figure.digest,
        "cite": render_cite(figure.cite),
    }


def canonical_view(view: View, words: Vocabulary) -> bytes:
    """The view as one text, with its keys in one order."""
    return msgspec.json.encode(render_view(view, words), order="deterministic")
