"""What a service is told from outside, by the environment alone: addresses, secrets, the clock."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from events.sourcing.clock import Clock
from events.sourcing.credentials import read_password, with_password
from events.sourcing.environment import read_clock, required
from events.sourcing.ground import Ground, Lay, postgres_and_kafka

SERVICES = Path(__file__).parents[2] / "services"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`database_url` names the server: each service has its own database and roles there.

    The password in it is that of the service's own application role.
    """

    service: str
    database_url: str
    bootstrap: str
    secret: bytes
    kek_file: Path
    clock: Clock
    otlp_endpoint: str | None
    host: str
    port: int
    peers: Mapping[str, str]
    ops_public_url: str | None = None
    """Where people's browsers find ops, which may not be where services find it."""
    head_key_file: Path | None = None
    """What signs the heads of this service's record; without it none is signed."""
    heads_folder: Path | None = None
    """The second place of the signed heads, best on another machine's disk."""
    lay: Lay = postgres_and_kafka

    def ground(self) -> Ground:
        """What one process of the service stands on."""
        return self.lay(
            service=self.service, database_url=self.database_url, bootstrap=self.bootstrap
        )


def read_settings(service: str, env: Mapping[str, str] = os.environ) -> Settings:
    """The settings of one service; raises `Misconfigured`."""
    return Settings(
        service=service,
        database_url=read_database_url(env),
        bootstrap=required(env, "KAFKA_BOOTSTRAP_SERVERS"),
        secret=required(env, "CONCORD_SECRET").encode(),
        kek_file=Path(required(env, "KEK_FILE")),
        clock=read_clock(env),
        otlp_endpoint=env.get("OTEL_EXPORTER_OTLP_ENDPOINT"),
        host=env.get("HOST", "127.0.0.1"),
        port=int(env.get("PORT", "0")),
        peers={
            peer: env[key] for peer in known_services() if (key := f"{peer.upper()}_URL") in env
        },
        ops_public_url=env.get("OPS_PUBLIC_URL") or env.get("OPS_URL"),
        head_key_file=_path(env, "HEAD_KEY_FILE"),
        heads_folder=_path(env, "HEADS_FOLDER"),
    )


def read_database_url(env: Mapping[str, str]) -> str:
    """`DATABASE_URL`, with the password in `DATABASE_PASSWORD_FILE` where that is set.

    Raises `Misconfigured`, or what reading the file raises.
    """
    server_url, file = required(env, "DATABASE_URL"), _path(env, "DATABASE_PASSWORD_FILE")
    return server_url if file is None else with_password(server_url, read_password(file))


def _path(env: Mapping[str, str], name: str) -> Path | None:
    value = env.get(name)
    return Path(value) if value else None


def known_services() -> list[str]:
    """Every service folder that can be started, so that a fifth service is found like the four."""
    return sorted(path.parent.name for path in SERVICES.glob("*/__main__.py"))
