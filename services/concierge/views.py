"""Makes answers of rows: both clocks read now, what may be done next, how a deadline came about."""

from datetime import datetime, timedelta
from typing import TypeAlias

from sqlalchemy import RowMapping

from events.catalog.ticket import WorkingPromise
from services.concierge.answers import Calculation, Entry, TicketRow, Topic
from services.concierge.calendars import CHINA_VERSIONS
from services.concierge.clocks import ClockFace, face
from services.concierge.terms import TOPICS, explain

Row: TypeAlias = RowMapping

STAFF_CAN: dict[str, list[str]] = {
    "waiting": ["accept", "answer"],
    "accepted": ["answer"],
    "answered": ["resolve"],
}
TALENT_CAN: dict[str, list[str]] = {"resolved": ["rate"]}


def request_of(row: Row, *, now: datetime, talent_reads: bool) -> TicketRow:
    """One ticket for a list."""
    can = TALENT_CAN if talent_reads else STAFF_CAN
    return TicketRow(
        ticket_id=row["ticket_id"],
        talent_id=row["talent_id"],
        topic=row["topic"],
        subject=row["subject"],
        state=row["state"],
        opened_at=row["opened_at"],
        accepted_by=row["accepted_by"],
        stars=row.get("stars"),
        clocks=clocks_of(row, now=now),
        can=can.get(row["state"], []),
    )


def clocks_of(row: Row, *, now: datetime) -> list[ClockFace]:
    """First response and resolution, as they stand at `now`."""
    return [
        face(
            "first_response",
            started_at=row["opened_at"],
            due_at=row["first_response_due_at"],
            met_at=row["answered_at"],
            breached=row["first_response_breached"],
            now=now,
        ),
        face(
            "resolution",
            started_at=row["opened_at"],
            due_at=row["resolution_due_at"],
            met_at=row.get("resolved_at"),
            breached=row["resolution_breached"],
            now=now,
        ),
    ]


def entry_of(row: Row) -> Entry:
    """One thing that happened."""
    return Entry(
        version=row["version"],
        position=row["position"],
        code=row["code"],
        at=row["at"],
        by=row["by"],
        said=row["said"],
        facts=row["facts"],
    )


def calculations_of(row: Row) -> list[Calculation]:
    """Why both due moments are what they are."""
    return [_first_response(row), _resolution(row)]


def _first_response(row: Row) -> Calculation:
    length: timedelta = row["first_response_due_at"] - row["opened_at"]
    return Calculation(
        kind="first_response",
        amount=int(length.total_seconds() // 60),
        unit="minutes",
        started_at=row["opened_at"],
        due_at=row["first_response_due_at"],
        calendar_version=None,
        announced_until=None,
        steps=[],
    )


def _resolution(row: Row) -> Calculation:
    promise = WorkingPromise(amount=row["resolution_amount"], unit=row["resolution_unit"])
    version = row["calendar_version"]
    counted = explain(version, row["opened_at"], promise)
    return Calculation(
        kind="resolution",
        amount=promise.amount,
        unit=promise.unit,
        started_at=row["opened_at"],
        due_at=counted.due_at,
        calendar_version=version,
        announced_until=CHINA_VERSIONS[version].last_day,
        steps=list(counted.steps),
    )


def topics() -> list[Topic]:
    """Everything a request may be about."""
    return [
        Topic(
            code=code,
            zh=terms.zh,
            en=terms.en,
            first_response_minutes=int(terms.first_response.total_seconds() // 60),
            resolution_amount=terms.resolution.amount,
            resolution_unit=terms.resolution.unit,
        )
        for code, terms in TOPICS.items()
    ]
