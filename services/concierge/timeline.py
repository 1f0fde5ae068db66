"""What happened to a ticket, as codes and parameters that a page can say in any language."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeAlias, assert_never

from events.catalog.ticket import (
    CalendarAwaited,
    FirstResponseBreached,
    ResolutionBreached,
    ResolutionPromised,
    TicketAccepted,
    TicketAnswered,
    TicketOpened,
    TicketRated,
    TicketResolved,
)
from events.sourcing.types import Recorded

Row = Mapping[str, object]

Told: TypeAlias = (
    TicketOpened
    | CalendarAwaited
    | ResolutionPromised
    | TicketAccepted
    | TicketAnswered
    | TicketResolved
    | TicketRated
    | FirstResponseBreached
    | ResolutionBreached
)
"""What a timeline tells: all but that a ticket is forgotten, for then there is no timeline."""


def entry_of(recorded: Recorded[Any], event: Told) -> Row:
    """One row of the timeline; `at` is when it took effect, which may be before it was noticed."""
    return {
        "ticket_id": event.ticket_id,
        "talent_id": event.talent_id,
        "version": recorded.version,
        "position": recorded.position,
        **_told(event),
    }


def _told(event: Told) -> Row:
    match event:
        case TicketOpened() as e:
            return _row("opened", e.opened_at, e.opened_by, e.message, topic=e.topic)
        case CalendarAwaited() as e:
            until = e.announced_until.isoformat()
            return _row("calendar-awaited", e.noticed_at, announced_until=until)
        case ResolutionPromised() as e:
            return _row("resolution-promised", e.promised_at, due_at=_iso(e.due_at))
        case TicketAccepted() as e:
            return _row("accepted", e.accepted_at, e.accepted_by)
        case TicketAnswered() as e:
            return _row("answered", e.answered_at, e.answered_by, e.answer)
        case TicketResolved() as e:
            return _row("resolved", e.resolved_at, e.resolved_by, e.resolution)
        case TicketRated() as e:
            return _row("rated", e.rated_at, e.talent_id, e.comment, stars=e.stars)
        case FirstResponseBreached() as e:
            return _row("first-response-breached", e.due_at, noticed_at=_iso(e.noticed_at))
        case ResolutionBreached() as e:
            return _row("resolution-breached", e.due_at, noticed_at=_iso(e.noticed_at))
    assert_never(event)


def _row(
    code: str, at: datetime, by: str | None = None, said: str | None = None, **facts: object
) -> Row:
    return {"code": code, "at": at, "by": by, "said": said, "facts": facts}


def _iso(moment: datetime) -> str:
    return moment.isoformat()
