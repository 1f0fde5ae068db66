"""The settings of a service that no other test uses: a database and consumer groups of its own."""

import secrets
from collections.abc import Mapping
from pathlib import Path

from events.sourcing.clock import Clock
from events.sourcing.database import prepare_database
from events.sourcing.prepare import create_topics
from events.sourcing.settings import Settings
from tests.support.beginning import begin_now


async def settings_of_own(
    kind: str,
    postgres_url: str,
    bootstrap: str,
    folder: Path,
    *,
    clock: Clock,
    secret: bytes,
    topics: bool = True,
    peers: Mapping[str, str] | None = None,
) -> Settings:
    """The topics are everybody's, and are read from now on; without `topics` there is no Kafka."""
    service = f"{kind}_{secrets.token_hex(4)}"
    await prepare_database(postgres_url, service)
    if topics:
        await create_topics(bootstrap)
        await begin_now(kind, service, server_url=postgres_url, bootstrap=bootstrap)
    kek = folder / "kek"
    kek.write_bytes(b"k" * 32)
    return Settings(
        service=service,
        database_url=postgres_url,
        bootstrap=bootstrap,
        secret=secret,
        kek_file=kek,
        clock=clock,
        otlp_endpoint=None,
        host="127.0.0.1",
        port=0,
        peers=peers or {},
    )
