"""The view models of my view and of all policies, from what the services answered."""

from collections import Counter
from datetime import datetime
from typing import Any

from events.edge.pages.sign_in import Session
from services.portal.matches import matches_of
from services.portal.outcomes import Cards, cards_of, package_of, waiting_for
from services.portal.outlook import Outlook, outlook_of
from services.portal.profile import (
    completeness_of,
    facts_of,
    recorded_at_of,
    tiers_of,
)
from services.portal.reading import Parts
from services.portal.words import Words

View = dict[str, Any]

OPEN = frozenset({"waiting", "accepted", "answered", "resolved"})


def me_view(parts: Parts, words: Words, *, session: Session, name: object, now: datetime) -> View:
    """What me_live.html reads; a part that is missing is empty and its service is in `away`."""
    file, answer = parts.answers.get("file"), parts.answers.get("answer")
    tickets = parts.answers.get("tickets", {}).get("tickets", [])
    waiting: Counter[str] = waiting_for(answer) if answer else Counter()
    outlook = _outlook(parts)
    return {
        "as_of": now,
        "stale": parts.stale,
        "away": parts.away,
        "talent": {
            "talent_id": session.actor.talent_id,
            "name": file["full_name"] if file and file["full_name"] else name,
            "registered": file is not None or "registry" in parts.away,
        },
        "facts": facts_of(file, words) if file else [],
        "tiers": tiers_of(file) if file else [],
        "completeness": completeness_of(file, waiting, words, outlook) if file else None,
        "matches": matches_of(parts.answers["matches"]) if "matches" in parts.answers else [],
        "tickets": [ticket for ticket in tickets if ticket["state"] in OPEN],
        **_policies(parts, words, outlook),
    }


def policies_view(parts: Parts, words: Words, *, now: datetime) -> View:
    """What policies.html reads."""
    answer, cards = parts.answers.get("answer"), _cards(parts, words, _outlook(parts))
    return {
        "as_of": now,
        "stale": parts.stale,
        "away": parts.away,
        "view_version": answer["view_version"] if answer else None,
        "valid_at": answer["valid_at"] if answer else None,
        "groups": cards.groups() if cards else [],
        "unreadable": len(answer.get("unreadable_policies", ())) if answer else 0,
    }


def _policies(parts: Parts, words: Words, outlook: Outlook) -> View:
    answer, cards = parts.answers.get("answer"), _cards(parts, words, outlook)
    if answer is None or cards is None:
        nothing: View = {"package": None, "counts": {}, "view_version": None}
        return nothing | {"unsettled": [], "near": [], "ending": []}
    return {
        "package": package_of(answer, cards, words, outlook.certain),
        "counts": cards.counts(),
        "unsettled": cards.unsettled(),
        "near": cards.near(),
        "ending": cards.ending(),
        "view_version": answer["view_version"],
    }


def _cards(parts: Parts, words: Words, outlook: Outlook) -> Cards | None:
    answer = parts.answers.get("answer")
    if answer is None:
        return None
    file = parts.answers.get("file")
    policies = parts.answers.get("policies", {}).get("policies", [])
    return cards_of(
        answer,
        policies,
        words,
        recorded_at=recorded_at_of(file) if file else {},
        outlook=outlook,
    )


def _outlook(parts: Parts) -> Outlook:
    answer = parts.answers.get("answer")
    return outlook_of(answer, parts.answers.get("outlook")) if answer else Outlook()
