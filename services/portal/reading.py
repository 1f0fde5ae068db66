"""Asks every service for its part of a page at once; a part that is away leaves the rest whole."""

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass

from events.edge.pages.peers import Answer, Away, Declined
from events.edge.pages.sign_in import Session
from services.portal.queries import Seen
from services.portal.shapes import Portal

NOT_FOUND = 404


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """By name, what was answered; `away` names the services that did not answer."""

    answers: Mapping[str, Answer]
    away: frozenset[str]

    @property
    def stale(self) -> bool:
        """Whether a part has not reached what is known to have happened."""
        return any(answer.get("stale") for answer in self.answers.values())


async def read_all(asked: Mapping[str, Awaitable[Answer]]) -> Parts:
    """`asked` by name. What is not there is left out; who may not ask is told so."""
    found = await asyncio.gather(*asked.values(), return_exceptions=True)
    answers: dict[str, Answer] = {}
    away: set[str] = set()
    for name, answer in zip(asked, found, strict=True):
        match answer:
            case Away() as failure:
                away.add(failure.service)
            case Declined(status=status) if status == NOT_FOUND:
                continue
            case BaseException() as failure:
                raise failure
            case _:
                answers[name] = answer
    return Parts(answers=answers, away=frozenset(away))


def asked_for_policies(
    portal: Portal, session: Session, seen: Seen
) -> dict[str, Awaitable[Answer]]:
    """What is known about me, what follows from it, and what the policies are."""
    me, get = session.actor.talent_id, portal.peers.get
    return {
        "file": get("registry", f"/talents/{me}", session, after=seen.after("talent")),
        "answer": get("policy", f"/entitlements/{me}", session, after=seen.after("entitlement")),
        "outlook": get(
            "policy", f"/entitlements/{me}/outlook", session, after=seen.after("entitlement")
        ),
        "policies": get("policy", "/policies", session),
    }


def asked_for_me(
    portal: Portal, session: Session, seen: Seen, *, written: int | None
) -> dict[str, Awaitable[Answer]]:
    """Everything that my view shows; `written` is a place of the concierge."""
    me, place = session.actor.talent_id, seen.after("match")
    matches = portal.peers.get("matching", f"/matches/talents/{me}", session, after=place)
    tickets = asked_for_tickets(portal, session, seen, written=written)
    return {
        **asked_for_policies(portal, session, seen),
        "matches": matches,
        "tickets": tickets,
    }


def asked_for_tickets(
    portal: Portal, session: Session, seen: Seen, *, written: int | None
) -> Awaitable[Answer]:
    """My requests, the newest first."""
    place = seen.after("ticket", written)
    return portal.peers.get("concierge", "/tickets", session, after=place)
