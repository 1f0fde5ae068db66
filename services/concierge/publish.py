"""What of a ticket other services may know: that it moves and when, never what it is about."""

from collections.abc import Mapping

from events.catalog.ticket import (
    CalendarAwaited,
    FirstResponseBreached,
    ResolutionBreached,
    ResolutionPromised,
    TicketAccepted,
    TicketAnswered,
    TicketForgotten,
    TicketOpened,
    TicketRated,
    TicketResolved,
)
from events.sourcing.types import Published


def _internal(*fields: str) -> Published:
    return Published(classification="internal", fields=("ticket_id", "talent_id", *fields))


PUBLISHED: Mapping[type, Published] = {
    TicketOpened: _internal(
        "opened_by",
        "opened_at",
        "terms_version",
        "first_response_due_at",
        "resolution_promise",
        "resolution_due_at",
        "calendar_version",
    ),
    CalendarAwaited: _internal(
        "calendar_version", "announced_until", "noticed_at", "look_again_at"
    ),
    ResolutionPromised: _internal("due_at", "calendar_version", "promised_at"),
    TicketAccepted: _internal("accepted_by", "accepted_at"),
    TicketAnswered: _internal("answered_by", "answered_at"),
    TicketResolved: _internal("resolved_by", "resolved_at"),
    TicketRated: _internal("rated_at"),
    FirstResponseBreached: _internal("due_at", "noticed_at"),
    ResolutionBreached: _internal("due_at", "noticed_at"),
    TicketForgotten: _internal("forgotten_at"),
}
