"""`python -m events.sourcing.prepare [SERVICE …]`: databases, roles, kernel tables, topics.

Safe to repeat. Without names, every service folder that can be started is prepared.
DATABASE_URL signs in as somebody who may make databases and roles. DATABASE_PASSWORDS is a folder
with a password for each role, in a file of its name (`registry_owner`, `registry_app`); without it
every role has the password of DATABASE_URL, and who holds one may sign in as any of them.
"""

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import NoError, TopicAlreadyExistsError, for_code

from events.sourcing.credentials import Passwords, passwords_in
from events.sourcing.database import prepare_database
from events.sourcing.environment import Misconfigured
from events.sourcing.listed_topics import listed_topics
from events.sourcing.settings import known_services, read_database_url

HERE = Path(__file__).parents[2]


async def prepare(
    services: list[str],
    *,
    server_url: str,
    bootstrap: str | None,
    passwords: Passwords | None = None,
) -> None:
    """Prepare PostgreSQL for these services, and Kafka where it is given."""
    for service in services:
        await prepare_database(server_url, service, passwords=passwords)
    if bootstrap:
        await create_topics(bootstrap)


async def create_topics(bootstrap: str) -> None:
    """Create the topics that `infra/kafka/topics.yaml` lists and the cluster lacks."""
    replicas = int(os.environ.get("KAFKA_REPLICATION_FACTOR", "1"))
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        known = set(await admin.list_topics())
        missing = [
            _topic(name, entry, replicas)
            for name, entry in listed_topics().items()
            if name not in known
        ]
        if missing:
            _check(await admin.create_topics(missing))
    finally:
        await admin.close()


def _check(answer: Any) -> None:
    """Raises what the broker said; another process may have been first."""
    for name, code, *_ in answer.topic_errors:
        if code not in (NoError.errno, TopicAlreadyExistsError.errno):
            raise for_code(code)(name)


def _topic(name: str, entry: dict[str, object], replicas: int) -> NewTopic:
    compacted = entry["kept"] == "compact"
    return NewTopic(
        name=name,
        num_partitions=int(str(entry["partitions"])),
        replication_factor=replicas,
        topic_configs=(
            {"cleanup.policy": "compact"}
            if compacted
            else {"cleanup.policy": "delete", "retention.ms": "-1"}
        ),
    )


def main(arguments: Sequence[str], env: Mapping[str, str]) -> None:
    """Prepare what is named by the arguments and the environment."""
    folder = env.get("DATABASE_PASSWORDS")
    if folder is None:
        sys.stderr.write("DATABASE_PASSWORDS is not set: all roles share one password\n")
    try:
        work = prepare(
            list(arguments) or known_services(),
            server_url=read_database_url(env),
            bootstrap=env.get("KAFKA_BOOTSTRAP_SERVERS"),
            passwords=passwords_in(Path(folder)) if folder else None,
        )
        asyncio.run(work)
    except (Misconfigured, OSError, ValueError) as failure:
        sys.exit(f"prepare: {failure}")


if __name__ == "__main__":
    main(sys.argv[1:], os.environ)
