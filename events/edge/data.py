"""What was too large for the bus, told to the services that read the bus, and to nobody else."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, HTTPException, Request, Response

from events.edge.identity import Actor, CurrentActor, require
from events.sourcing.bus import is_forgotten, public_data, whole_state
from events.sourcing.desk import Unopened
from events.sourcing.kernel import Kernel
from events.sourcing.types import Refused

EVENT_NOT_FOUND, PAYLOAD_NOT_FOUND = "event-not-found", "payload-not-found"

PAYLOAD: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "description": "As the event's schema in contracts/events says.",
                }
            }
        }
    }
}

router = APIRouter(tags=["operations"])


@router.get("/events/{event_id}/data", response_class=Response, responses=PAYLOAD)
async def event_data(event_id: UUID, actor: CurrentActor, request: Request) -> Response:
    """Exactly the payload that leaves, or would have left, on the event's own topic."""
    kernel: Kernel = request.app.state.kernel
    event = await _event(kernel, event_id, actor)
    return _payload(public_data(event, kernel.published))


@router.get("/events/{event_id}/state", response_class=Response, responses=PAYLOAD)
async def event_state(event_id: UUID, actor: CurrentActor, request: Request) -> Response:
    """Exactly the payload that leaves, or would have left, on a topic of whole states.

    410 once the person is forgotten.
    """
    kernel: Kernel = request.app.state.kernel
    event = await _event(kernel, event_id, actor)
    if type(event) in kernel.states and is_forgotten(event):
        raise HTTPException(410, "this is forgotten")
    return _payload(whole_state(event, kernel.states))


async def _event(kernel: Kernel, event_id: UUID, actor: Actor) -> Any:
    """The event for a service of the platform; 403 for anybody else, 404 for what is not here."""
    require(actor, "system")
    row = await kernel.journal.find(event_id)
    if row is None:
        raise Refused(EVENT_NOT_FOUND)
    (opened,) = await kernel.desk.open_each([row])
    return None if isinstance(opened, Unopened) else opened.event


def _payload(value: bytes | None) -> Response:
    if not value:
        # Nothing but its envelope leaves of this event.
        raise Refused(PAYLOAD_NOT_FOUND)
    return Response(value, media_type="application/json")
