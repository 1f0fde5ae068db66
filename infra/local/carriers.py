"""What carries the services: our own PostgreSQL and Kafka, or the ones the environment names."""

from collections.abc import Mapping
from dataclasses import dataclass

from infra.local.jars import class_path
from infra.local.java import find_java
from infra.local.kafka import Broker, format_storage, kafka_program
from infra.local.places import Places
from infra.local.ports import HOST
from infra.local.postgres import create_cluster, database_url, postgres_program
from infra.local.program import Program
from infra.local.progress import Progress
from infra.local.secrets import secret_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Carriers:
    """The programs that are ours to run, and the two addresses the services are told."""

    programs: tuple[Program, ...]
    addresses: Mapping[str, str]


def prepare_carriers(
    places: Places, ports: Mapping[str, int], environment: Mapping[str, str], progress: Progress
) -> Carriers:
    """Make the data folders that are not there yet; nothing is started."""
    programs: list[Program] = []
    if not environment.get("DATABASE_URL"):
        programs.append(_prepare_postgres(places, ports["postgres"], progress))
    if not environment.get("KAFKA_BOOTSTRAP_SERVERS"):
        programs.append(_prepare_kafka(places, ports, progress))
    addresses = known_addresses(places, ports, environment)
    return Carriers(programs=tuple(programs), addresses=addresses)


def known_addresses(
    places: Places, ports: Mapping[str, int], environment: Mapping[str, str]
) -> dict[str, str]:
    """Where the services find their carriers, for a command beside a running platform."""
    password = secret_text(places.secrets, "postgres")
    ours = {
        "DATABASE_URL": database_url(places.postgres, port=ports["postgres"], password=password),
        "KAFKA_BOOTSTRAP_SERVERS": f"{HOST}:{ports['kafka']}",
    }
    return {name: environment.get(name) or address for name, address in ours.items()}


def _prepare_postgres(places: Places, port: int, progress: Progress) -> Program:
    with progress.step("PostgreSQL's data folder"):
        create_cluster(places.postgres, password=secret_text(places.secrets, "postgres"))
    return postgres_program(places.postgres, port=port)


def _prepare_kafka(places: Places, ports: Mapping[str, int], progress: Progress) -> Program:
    with progress.step("Kafka's jars"):
        jars = class_path(places.jars)
    broker = Broker(
        folder=places.kafka,
        port=ports["kafka"],
        controller_port=ports["kafka-controller"],
        java=find_java(),
        class_path=jars,
    )
    with progress.step("Kafka's log folder"):
        progress.say(f"    Java: {broker.java}")
        format_storage(broker)
    return kafka_program(broker)
