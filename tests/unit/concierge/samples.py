"""The life of one ticket, for the concierge's unit tests: opened on a Wednesday night."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from events.catalog.ticket import (
    CalendarAwaited,
    FirstResponseBreached,
    ResolutionBreached,
    ResolutionPromised,
    TicketAccepted,
    TicketAnswered,
    TicketEvent,
    TicketForgotten,
    TicketOpened,
    TicketRated,
    TicketResolved,
    WorkingPromise,
)
from events.sourcing.clock import LEGAL_ZONE
from events.sourcing.types import Recorded
from services.concierge.calendars import CHINA, WorkCalendar, Year

NIGHT = datetime(2026, 4, 8, 22, 0, tzinfo=LEGAL_ZONE).astimezone(UTC)
FIRST_RESPONSE_DUE = NIGHT + timedelta(minutes=30)
RESOLUTION_DUE = datetime(2026, 4, 13, 17, 30, tzinfo=LEGAL_ZONE).astimezone(UTC)
JUST_AFTER = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)

OPENED = TicketOpened(
    ticket_id="t-1",
    talent_id="p-1",
    topic="housing",
    subject="公寓钥匙",
    message="今晚到，无法进门。",
    opened_by="p-1",
    opened_at=NIGHT,
    terms_version="concierge-1",
    first_response_due_at=FIRST_RESPONSE_DUE,
    resolution_promise=WorkingPromise(amount=3, unit="working-days"),
    resolution_due_at=RESOLUTION_DUE,
    calendar_version="china-2026.1",
)
ACCEPTED = TicketAccepted(
    ticket_id="t-1", talent_id="p-1", accepted_by="s-1", accepted_at=NIGHT + MINUTE
)
ANSWERED = TicketAnswered(
    ticket_id="t-1",
    talent_id="p-1",
    answered_by="s-1",
    answer="管理员十分钟后到。",
    answered_at=NIGHT + 5 * MINUTE,
)
RESOLVED = TicketResolved(
    ticket_id="t-1",
    talent_id="p-1",
    resolved_by="s-1",
    resolution="已入住。",
    resolved_at=NIGHT + 60 * MINUTE,
)
RATED = TicketRated(
    ticket_id="t-1", talent_id="p-1", stars=5, comment="谢谢", rated_at=NIGHT + 90 * MINUTE
)
FORGOTTEN = TicketForgotten(ticket_id="t-1", talent_id="p-1", forgotten_at=NIGHT + 120 * MINUTE)
FIRST_RESPONSE_BREACHED = FirstResponseBreached(
    ticket_id="t-1",
    talent_id="p-1",
    due_at=FIRST_RESPONSE_DUE,
    noticed_at=FIRST_RESPONSE_DUE + MINUTE,
)
RESOLUTION_BREACHED = ResolutionBreached(
    ticket_id="t-1", talent_id="p-1", due_at=RESOLUTION_DUE, noticed_at=RESOLUTION_DUE + MINUTE
)

NEW_YEARS_EVE = datetime(2026, 12, 30, 9, 0, tzinfo=LEGAL_ZONE).astimezone(UTC)
OPENED_TOO_EARLY_TO_SAY = TicketOpened(
    ticket_id="t-1",
    talent_id="p-1",
    topic="housing",
    subject="公寓钥匙",
    message="今晚到，无法进门。",
    opened_by="p-1",
    opened_at=NEW_YEARS_EVE,
    terms_version="concierge-1",
    first_response_due_at=NEW_YEARS_EVE + timedelta(minutes=30),
    resolution_promise=WorkingPromise(amount=3, unit="working-days"),
    resolution_due_at=None,
    calendar_version="china-2026.1",
)
AWAITED = CalendarAwaited(
    ticket_id="t-1",
    talent_id="p-1",
    calendar_version="china-2026.1",
    announced_until=date(2026, 12, 31),
    noticed_at=NEW_YEARS_EVE,
    look_again_at=NEW_YEARS_EVE + timedelta(days=1),
)
PROMISED = ResolutionPromised(
    ticket_id="t-1",
    talent_id="p-1",
    due_at=datetime(2027, 1, 5, 17, 30, tzinfo=LEGAL_ZONE).astimezone(UTC),
    calendar_version="imagined-2027",
    promised_at=NEW_YEARS_EVE + timedelta(days=1),
)

# Nobody has announced 2027 yet; this year is imagined, to play the announcement.
IMAGINED_2027 = WorkCalendar(
    version="imagined-2027",
    years=(
        *CHINA.years,
        Year(
            number=2027,
            notice="imagined",
            days_off=frozenset({date(2027, 1, 1)}),
            make_up_workdays=frozenset(),
        ),
    ),
)

LIFE: tuple[TicketEvent, ...] = (
    OPENED_TOO_EARLY_TO_SAY,
    AWAITED,
    PROMISED,
    ACCEPTED,
    FIRST_RESPONSE_BREACHED,
    ANSWERED,
    RESOLUTION_BREACHED,
    RESOLVED,
    RATED,
)


def recorded(event: TicketEvent, *, version: int = 1) -> Recorded[TicketEvent]:
    """The event as the journal would hold it, at the position ten times its version."""
    return Recorded(
        event=event,
        name="",
        event_id=UUID(int=version),
        service="concierge",
        stream="ticket-t-1",
        version=version,
        position=version * 10,
        recorded_at=NIGHT,
        actor="s-1",
        correlation_id="matter-1",
        causation_id=None,
    )
