"""For which body somebody may speak."""

from fastapi import HTTPException

from events.edge.identity import Actor


def acting_for(actor: Actor) -> str | None:
    """The body whose member asks; the platform's own loader may act for every body."""
    return None if actor.may("system") else actor.body_id or ""


def only_for(actor: Actor, body_id: str) -> None:
    if acting_for(actor) not in (None, body_id):
        raise HTTPException(403, f"only members of {body_id} may do this")
