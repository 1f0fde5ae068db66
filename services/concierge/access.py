"""Who may see and do what: staff everything, a talent only their own, everyone else nothing."""

from fastapi import HTTPException

from events.edge.identity import Actor, require

STAFF = ("concierge", "system")
"""`system` loads the sample world."""


def may_serve(actor: Actor) -> None:
    """403 unless the actor is staff."""
    require(actor, *STAFF)


def only_of(actor: Actor) -> str | None:
    """The one talent whose tickets the actor may see, or `None` for all; else 403."""
    if actor.may(*STAFF):
        return None
    return own_talent(actor)


def own_talent(actor: Actor) -> str:
    """Who the actor is as a talent; else 403."""
    require(actor, "talent")
    if actor.talent_id is None:
        raise HTTPException(403, "this sign-in names no talent")
    return actor.talent_id


def for_talent(actor: Actor, talent_id: str | None) -> str:
    """Whose ticket the actor opens: a talent their own, staff anyone's by name."""
    only = only_of(actor)
    talent = talent_id or only
    if talent is None:
        raise HTTPException(422, "name the talent_id for whom the request is")
    if only not in {None, talent}:
        raise HTTPException(403, "a talent opens only their own requests")
    return talent
