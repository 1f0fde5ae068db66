"""What a service is told from outside, by the environment alone: addresses, secrets, the clock."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from events.sourcing.clock import Clock, real_clock, shifted_clock
from events.sourcing.ground import Ground, Lay, postgres_and_kafka

PEERS = ("registry", "policy", "concierge", "matching", "feeds", "ops", "portal", "console")


class Misconfigured(Exception):
    """A setting is missing or wrong; the message names it and the remedy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`database_url` names the server: each service has its own database and roles there."""

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
        database_url=_required(env, "DATABASE_URL"),
        bootstrap=_required(env, "KAFKA_BOOTSTRAP_SERVERS"),
        secret=_required(env, "CONCORD_SECRET").encode(),
        kek_file=Path(_required(env, "KEK_FILE")),
        clock=_clock(env),
        otlp_endpoint=env.get("OTEL_EXPORTER_OTLP_ENDPOINT"),
        host=env.get("HOST", "127.0.0.1"),
        port=int(env.get("PORT", "0")),
        peers={peer: env[key] for peer in PEERS if (key := f"{peer.upper()}_URL") in env},
        ops_public_url=env.get("OPS_PUBLIC_URL") or env.get("OPS_URL"),
    )


def _required(env: Mapping[str, str], name: str) -> str:
    try:
        return env[name]
    except KeyError:
        raise Misconfigured(f"set {name}; `make run` sets it for you") from None


def _clock(env: Mapping[str, str]) -> Clock:
    """`CLOCK_START=2026-03-02T22:10:00+08:00[@REAL-MOMENT]`: shifted alike in every process."""
    setting = env.get("CLOCK_START")
    if not setting:
        return real_clock
    start, _, since = setting.partition("@")
    began = datetime.fromisoformat(since) if since else real_clock()
    return shifted_clock(datetime.fromisoformat(start), since=began)
