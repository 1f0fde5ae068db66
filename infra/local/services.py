"""The services as programs: where they listen, what they are told, how they say they are well."""

import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from functools import partial

from infra.local.head_keys import public_keys
from infra.local.places import ROOT, Places
from infra.local.ports import HOST, discovered_services, listens
from infra.local.program import Program
from infra.local.secrets import (
    database_password,
    database_passwords,
    head_key,
    key_file,
    secret_text,
)

WORKER = "ops-worker"
WORKER_MODULE = "services/ops/worker.py"


def service_url(ports: Mapping[str, int], name: str) -> str:
    return f"http://{HOST}:{ports[name]}"


def service_environment(places: Places, ports: Mapping[str, int]) -> dict[str, str]:
    """What every service reads beside the addresses of PostgreSQL and Kafka."""
    urls = {
        f"{name.upper()}_URL": service_url(ports, name)
        for name in ports
        if (ROOT / "services" / name).is_dir()
    }
    return urls | {
        "HOST": HOST,
        # Nine processes read each other's compiled modules and those of the start before, even
        # where the shell forbids Python to keep them: without, a start takes twice as long.
        "PYTHONDONTWRITEBYTECODE": "",
        # Each thread would keep what it once used in an arena of its own: a fifth of what the
        # policy service holds. Threads here work one at a time, so two arenas are enough.
        "MALLOC_ARENA_MAX": "2",
        # Nothing leaves this machine, and PostgreSQL here has no certificate to offer.
        "PGSSLMODE": "disable",
        "CONCORD_SECRET": secret_text(places.secrets, "signing"),
        "KEK_FILE": str(key_file(places.secrets, "kek")),
        "HEADS_FOLDER": str(places.heads),
        "OTEL_EXPORTER_OTLP_ENDPOINT": service_url(ports, "ops"),
    }


def own_environment(places: Places, service: str) -> dict[str, str]:
    """What one service is told and no other: how it signs in to its database, and its heads."""
    return {
        "DATABASE_PASSWORD_FILE": str(database_password(places.secrets, service, "app")),
        "HEAD_KEY_FILE": str(head_key(places.secrets, service)),
    }


def operator_environment(places: Places) -> dict[str, str]:
    """What whoever prepares, verifies or rotates is told besides."""
    return {
        "DATABASE_PASSWORDS": str(database_passwords(places.secrets, discovered_services())),
        "HEAD_KEYS": str(public_keys(places, discovered_services())),
    }


def service_programs(places: Places, ports: Mapping[str, int]) -> tuple[Program, ...]:
    found = tuple(_service(places, name, ports[name]) for name in discovered_services())
    if not (ROOT / WORKER_MODULE).exists():
        return found
    return (*found, _worker(places, ports[WORKER]))


def _service(places: Places, name: str, port: int) -> Program:
    return Program(
        name=name,
        command=(sys.executable, "-m", f"services.{name}"),
        is_ready=partial(_is_well, f"http://{HOST}:{port}/health"),
        environment={"PORT": str(port), **own_environment(places, name)},
        folder=ROOT,
        may_die_at_start=3,
    )


def _worker(places: Places, port: int) -> Program:
    return Program(
        name=WORKER,
        command=(sys.executable, "-m", "services.ops.worker"),
        # Faust opens its web port when its streams have started, and knows no /health of ours.
        is_ready=partial(listens, port),
        environment={"PORT": str(port), "OPS_WORKER_DATA": str(places.worker)},
        folder=ROOT,
        may_die_at_start=3,
    )


def _is_well(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)  # noqa: PLR2004 - the contract of /health
    except (urllib.error.URLError, OSError):
        return False
