"""What a service says of itself to Prometheus: its process, its relay, its readers."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from events.sourcing.kernel import Kernel
from events.sourcing.vitals import ReaderVitals, Vitals

PATIENCE_SECONDS = 2.0

_log = logging.getLogger(__name__)


async def figures_of(kernel: Kernel) -> bytes:
    """The figures of the process and of the service; only the first while the database is away."""
    registry = CollectorRegistry()
    up = Gauge("concord_database_up", "1 while the database answers", registry=registry)
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            vitals = await kernel.vitals()
    except Exception as failure:  # noqa: BLE001 - a figure that is not known is left out
        _log.warning("figures without the database: %s", type(failure).__name__)
    else:
        up.set(1)
        _service(registry, kernel.service, vitals)
        _readers(registry, kernel.service, vitals.readers)
        _duties(registry, kernel.service, vitals.duties)
    _record(registry, kernel.service, kernel.vouching.standing())
    return generate_latest() + generate_latest(registry)


def _service(registry: CollectorRegistry, service: str, vitals: Vitals) -> None:
    figures = {
        "journal_position": ("The last position of the journal", vitals.last_position),
        "relay_position": ("Everything up to here has left", vitals.relayed_position),
        "relay_oldest_unsent_seconds": (
            "Age of the oldest event that has not left; 0 where all have",
            vitals.oldest_unsent_seconds,
        ),
        "relay_stands_still": ("1 while it waits for an operator", bool(vitals.relay_standstill)),
        "appends_waiting": ("Appends that wait for their turn", vitals.appends_waiting),
    }
    for name, (what, value) in figures.items():
        Gauge(f"concord_{name}", what, ["service"], registry=registry).labels(service).set(value)


def _readers(registry: CollectorRegistry, service: str, readers: tuple[ReaderVitals, ...]) -> None:
    labels = ["service", "reader"]
    behind = Gauge("concord_reader_behind", "Events to be applied", labels, registry=registry)
    retries = Gauge("concord_reader_retries", "New starts after a fault", labels, registry=registry)
    still = Gauge(
        "concord_reader_stands_still", "1 while it waits for an operator", labels, registry=registry
    )
    for one in readers:
        if one.behind is not None:
            behind.labels(service, one.name).set(one.behind)
        retries.labels(service, one.name).set(one.retries)
        still.labels(service, one.name).set(bool(one.standstill))


def _duties(registry: CollectorRegistry, service: str, duties: Mapping[str, str]) -> None:
    """Over all processes of a service the sum is 1, but while one takes over."""
    what = "1 in the process that does it, 0 in those that stand by"
    active = Gauge("concord_duty_active", what, ["service", "duty"], registry=registry)
    for name, status in duties.items():
        active.labels(service, name).set(status == "active")


def _record(registry: CollectorRegistry, service: str, standing: Mapping[str, object]) -> None:
    """Whether the record still holds what was signed, up to where, and since when."""
    altered = Gauge(
        "concord_record_altered", "1: run `make verify`", ["service"], registry=registry
    )
    altered.labels(service).set(standing["state"] == "altered")
    signed_at = standing.get("signed_at")
    if isinstance(signed_at, str):
        position = Gauge(
            "concord_record_signed_position",
            "Up to here the newest signed head vouches",
            ["service"],
            registry=registry,
        )
        position.labels(service).set(float(str(standing["position"])))
        moment = Gauge(
            "concord_record_signed_timestamp_seconds",
            "When the newest head was signed",
            ["service"],
            registry=registry,
        )
        moment.labels(service).set(datetime.fromisoformat(signed_at).timestamp())
