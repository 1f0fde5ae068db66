"""The Faust worker: `python -m services.ops.worker` counts events once the journey shows them.

They arrive from Kafka; when each became visible, ops at OPS_URL is asked. The worker reads what
every service reads from the environment; PORT is its own web port, and OPS_WORKER_DATA, which must
be set, the folder it may write to. More workers divide the partitions among them, each with a
folder of its own.
"""

import asyncio
import logging
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import faust
import msgspec
from faust.types import AppT

from events.sourcing.environment import Misconfigured
from events.sourcing.listed_topics import listed_topics
from events.sourcing.settings import Settings, read_settings
from services.ops.agents import Counter
from services.ops.looker import Looker
from services.ops.projection import event_topics
from services.ops.pulse import Tally
from services.ops.visible import Look

NAME = "concord-ops-pulse"
PULSE_TOPIC = "ops.pulse"
TURN_SECONDS = 0.1


class PartitionTable(faust.Table[str, bytes]):
    """A table whose keys end in the partition they belong to, whatever event changed them."""

    def __init__(self, app: AppT, **options: Any) -> None:
        super().__init__(app, **options)
        self._unsafe: list[asyncio.Future[Any]] = []

    def on_key_set(self, key: str, value: bytes) -> None:
        """Send the change where a worker that takes the partition over looks for it."""
        partition = int(key.rpartition("-")[2])
        self._unsafe.append(self.send_changelog(partition, key, value))

    async def safe(self) -> None:
        """Return once every change so far is acknowledged; Faust itself would not wait for it."""
        unsafe, self._unsafe = self._unsafe, []
        await asyncio.gather(*unsafe)


def build_worker(settings: Settings, *, look: Look, folder: Path) -> faust.App:
    """The stream application, not yet started."""
    topics = listed_topics()
    partitions = int(str(topics[PULSE_TOPIC]["partitions"]))
    app = faust.App(
        NAME,
        broker=[f"kafka://{address}" for address in settings.bootstrap.split(",")],
        datadir=folder,
        store="memory://",
        topic_partitions=partitions,
        topic_replication_factor=int(os.environ.get("KAFKA_REPLICATION_FACTOR", "1")),
        topic_disable_leader=True,
        topic_allow_declare=True,
        broker_commit_interval=1.0,
        broker_session_timeout=10.0,
        broker_heartbeat_interval=3.0,
        web_bind=settings.host,
        web_host=settings.host,
        web_port=settings.port,
    )
    raw: dict[str, Any] = {
        "key_type": bytes,
        "value_type": bytes,
        "key_serializer": "raw",
        "value_serializer": "raw",
    }
    pulse = app.topic(PULSE_TOPIC, **raw)
    tallies = PartitionTable(
        app, name="tally", key_type=str, value_type=bytes, partitions=partitions
    )
    app.tables.add(tallies)

    async def publish(changed: Sequence[Tally]) -> None:
        sent = [
            await pulse.send(key=one.figure.encode(), value=msgspec.json.encode(one))
            for one in changed
        ]
        await asyncio.gather(*sent)

    counter = Counter(tallies, publish=publish, look=look, clock=settings.clock)
    app.agent(app.topic(*event_topics(), **raw), name="count")(counter.collect)
    app.timer(interval=TURN_SECONDS)(counter.count)
    return app


def looker(settings: Settings) -> Looker:
    """Asks the ops service that this worker counts for."""
    if "ops" not in settings.peers:
        raise Misconfigured("set OPS_URL; `make run` sets it for you")
    return Looker(settings.peers["ops"], secret=settings.secret)


def data_folder(env: Mapping[str, str]) -> Path:
    """The folder that is this worker's alone, made where it is not there yet."""
    named = env.get("OPS_WORKER_DATA")
    if not named:
        raise Misconfigured("set OPS_WORKER_DATA; `make run` sets it for you")
    folder = Path(named).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def main(env: Mapping[str, str] = os.environ) -> None:
    """Work until stopped."""
    try:
        settings = read_settings("ops", env)
        look = looker(settings)
        folder = data_folder(env)
    except (Misconfigured, OSError, ValueError) as failure:
        sys.exit(f"ops-worker: {failure}")
    worker = faust.Worker(
        build_worker(settings, look=look, folder=folder),
        loglevel=logging.WARNING,
        redirect_stdouts=False,
        quiet=True,
    )
    worker.execute_from_commandline()


if __name__ == "__main__":
    main()
