"""What a process of a service stands on: its database and the bus, and how it reaches them."""

from dataclasses import dataclass
from functools import partial
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncEngine

from events.sourcing.database import open_engine, open_journal_engine, service_url
from events.sourcing.kafka import KafkaSender, OpenConsumer, open_consumer
from events.sourcing.relay import Sender


class OpenSender(Sender, Protocol):
    """A way to the bus that is opened when first used."""

    async def close(self) -> None:
        """Let go of the connection; the next send opens another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What is still there when the process is gone; nothing is opened before it is used.

    `journal_engine` is for single statements, without a transaction around them.
    """

    engine: AsyncEngine
    journal_engine: AsyncEngine
    sender: OpenSender
    open_consumer: OpenConsumer


class Lay(Protocol):
    """Where a process of a service is to stand."""

    def __call__(self, *, service: str, database_url: str, bootstrap: str) -> Ground:
        """Its ground."""


def postgres_and_kafka(*, service: str, database_url: str, bootstrap: str) -> Ground:
    """A database of its own on this PostgreSQL server, and this Kafka cluster."""
    url = service_url(database_url, service=service, role="app")
    return Ground(
        engine=open_engine(url),
        journal_engine=open_journal_engine(url),
        sender=KafkaSender(bootstrap, client_id=service),
        open_consumer=partial(open_consumer, bootstrap),
    )
