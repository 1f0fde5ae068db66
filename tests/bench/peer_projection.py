"""The same tickets in the `eventsourcing` library: its store, its projection, its runner.

Its events hold ours as they stand in JSON, with nothing sealed; its read model has our columns, and
each event changes its row by one prepared statement.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from itertools import islice
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid5

import msgspec
from eventsourcing.application import Application
from eventsourcing.domain import DomainEvent
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresDatastore, PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg.sql import SQL, Composed
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import CreateTable

from contracts.sample import NOON
from events.sourcing.database import host_of
from services.concierge.projection import mine
from tests.bench.tickets import Told

PEER = f"eventsourcing {version('eventsourcing')}, its projection runner"
AT_ONCE = 5_000

# What `project_mine` makes of each event; the facts are the parameters.
_OPENED = (
    "INSERT INTO mine (ticket_id, talent_id, topic, subject, state, opened_at,"
    " first_response_due_at, first_response_breached, resolution_due_at, resolution_breached)"
    " VALUES (%(ticket_id)s, %(talent_id)s, %(topic)s, %(subject)s, 'waiting', %(opened_at)s,"
    " %(first_response_due_at)s, false, %(resolution_due_at)s, false) ON CONFLICT DO NOTHING"
)
_MOVED = {
    "TicketAccepted": "state = 'accepted', accepted_by = %(accepted_by)s",
    "TicketAnswered": "state = 'answered', answered_at = %(answered_at)s",
    "TicketResolved": "state = 'resolved', resolved_at = %(resolved_at)s",
    "TicketRated": "state = 'rated', stars = %(stars)s",
    "ResolutionPromised": "resolution_due_at = %(due_at)s",
    "FirstResponseBreached": "first_response_breached = true",
    "ResolutionBreached": "resolution_breached = true",
}
STATEMENTS: Mapping[str, SQL] = {
    "TicketOpened": SQL(_OPENED),
    **{
        name: SQL(f"UPDATE mine SET {moved} WHERE ticket_id = %(ticket_id)s")  # noqa: S608 - texts above
        for name, moved in _MOVED.items()
    },
}


@dataclass(frozen=True)
class Happened(DomainEvent):
    """One of our events in theirs."""

    name: str
    facts: dict[str, Any]


class Concierge(Application[UUID]):
    """Whose events are projected."""


class Mine(PostgresTrackingRecorder):
    """Their read model: rows and tracking change in one transaction."""

    def __init__(self, datastore: PostgresDatastore, **more: Any) -> None:
        super().__init__(datastore, **more)
        ours: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
        made = CreateTable(mine, if_not_exists=True).compile(dialect=ours)
        self.sql_create_statements.append(Composed([SQL(str(made))]))

    def move(self, happened: Happened, tracking: Tracking) -> None:
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            if (statement := STATEMENTS.get(happened.name)) is not None:
                cursor.execute(statement, happened.facts, prepare=True)


class Tickets(Projection[Mine]):
    def process_event(self, domain_event: Happened, tracking: Tracking) -> None:
        self.view.move(domain_event, tracking)


class Peer:
    """One database of theirs."""

    def __init__(self, server_url: str, database: str) -> None:
        parts = urlsplit(server_url)
        self._env = {
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": database,
            "POSTGRES_HOST": host_of(server_url),
            "POSTGRES_PORT": str(parts.port),
            "POSTGRES_USER": parts.username or "",
            "POSTGRES_PASSWORD": parts.password or "",
        }

    def record(self, telling: Iterator[Told]) -> None:
        application = Concierge(self._env)
        while some := list(islice(telling, AT_ONCE)):
            application.events.put([_theirs(told) for told in some])
        application.close()

    def rate(self, seconds: float) -> float:
        """Events projected in a second, going on where it stood."""
        with self._running() as runner:
            stood = runner.view.max_tracking_id(runner.app.name) or 0
            began = time.perf_counter()
            runner.run_forever(timeout=seconds)
            came = runner.view.max_tracking_id(runner.app.name) or 0
            return (came - stood) / (time.perf_counter() - began)

    def _running(self) -> ProjectionRunner[Concierge, Mine]:
        return ProjectionRunner(
            application_class=Concierge, projection_class=Tickets, view_class=Mine, env=self._env
        )


def _theirs(told: Told) -> Happened:
    return Happened(
        originator_id=uuid5(UUID(int=0), told.stream),
        originator_version=told.version,
        timestamp=NOON,
        name=type(told.event).__name__,
        facts=msgspec.to_builtins(told.event),
    )
