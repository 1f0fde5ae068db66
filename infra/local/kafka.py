"""Apache Kafka 4.3 as one KRaft node: formatted once, started on 127.0.0.1, asked for brokers."""

import asyncio
import base64
import subprocess
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.local.places import ROOT
from infra.local.ports import HOST, listens
from infra.local.problem import Problem
from infra.local.program import Program

LOGGING = ROOT / "infra" / "kafka" / "log4j2.properties"

# 400 MB of heap and the small collectors: enough for one node, measured at 350 MB resident.
JVM = ("-Xms96m", "-Xmx400m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto")

# About the session: a node started again at once after a stop is refused as its own double until
# the old session has run out, and the default of nine seconds is made for clusters. A controller
# without others has nobody to show that it lives: it writes nothing while nothing happens, instead
# of a record to the disk twice a second.
PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers={host}:{controller_port}
listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{controller_port}
advertised.listeners=PLAINTEXT://{host}:{port}
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
log.dirs={data}
auto.create.topics.enable=false
num.network.threads=2
num.io.threads=4
num.partitions=4
default.replication.factor=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=2
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=1
group.initial.rebalance.delay.ms=0
broker.heartbeat.interval.ms=1000
broker.session.timeout.ms=4000
metadata.max.idle.interval.ms=0
log.cleaner.dedupe.buffer.size=16777216
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Broker:
    folder: Path
    port: int
    controller_port: int
    java: Path
    class_path: tuple[Path, ...]

    @property
    def bootstrap_servers(self) -> str:
        return f"{HOST}:{self.port}"

    @property
    def configuration(self) -> Path:
        return self.folder / "server.properties"

    def command(self, main_class: str, *arguments: str) -> tuple[str, ...]:
        jars = ":".join(str(jar) for jar in self.class_path)
        logging = f"-Dlog4j2.configurationFile={LOGGING}"
        return (str(self.java), *JVM, logging, "-cp", jars, main_class, *arguments)


def format_storage(broker: Broker, *, extra: Mapping[str, str] | None = None) -> None:
    """Write the configuration, which follows the ports, and format the log folder unless it is.

    `extra` are settings besides those of every broker of ours.
    """
    data = broker.folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    broker.configuration.write_text(
        PROPERTIES.format(
            host=HOST, port=broker.port, controller_port=broker.controller_port, data=data
        )
        + "".join(f"{name}={value}\n" for name, value in (extra or {}).items()),
        encoding="utf-8",
    )
    if not (data / "meta.properties").exists():
        _format(broker)


def _format(broker: Broker) -> None:
    arguments = ("format", "--standalone", "-t", _cluster_id(), "-c", str(broker.configuration))
    formatted = subprocess.run(
        broker.command("kafka.tools.StorageTool", *arguments),
        capture_output=True,
        text=True,
        check=False,
    )
    if formatted.returncode != 0:
        raise Problem(
            "Kafka could not format its log folder",
            remedy="free disk space or memory, then run `make reset` and start again",
            details="\n".join((formatted.stdout + formatted.stderr).splitlines()[-20:]),
        )


def _cluster_id() -> str:
    # A leading hyphen would read as an option.
    return "C" + base64.urlsafe_b64encode(uuid.uuid4().bytes).decode("ascii").rstrip("=")[1:]


def kafka_program(broker: Broker) -> Program:
    return Program(
        name="kafka",
        command=broker.command("kafka.Kafka", str(broker.configuration)),
        is_ready=lambda: _has_broker(broker.port),
        folder=broker.folder,
        stops_within=30,
        order=2,
        remedy="Kafka needs about 500 MB of free memory and a writable .local/; if its log folder "
        "is damaged, `make reset` starts afresh",
    )


def _has_broker(port: int) -> bool:
    # Nobody listens yet: ask nothing, so that no client logs a refused connection.
    return listens(port) and asyncio.run(_lists_brokers(f"{HOST}:{port}"))


async def _lists_brokers(bootstrap_servers: str) -> bool:
    from aiokafka.client import AIOKafkaClient  # noqa: PLC0415 - only when there is one to ask
    from aiokafka.errors import KafkaError  # noqa: PLC0415

    client = AIOKafkaClient(bootstrap_servers=bootstrap_servers, request_timeout_ms=2000)
    try:
        await client.bootstrap()
        return bool(client.cluster.brokers())
    except (KafkaError, OSError):
        return False
    finally:
        await client.close()
