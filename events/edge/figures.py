"""What a service says of itself in figures for Prometheus, beside those of its process."""

from datetime import datetime

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from events.sourcing.kernel import Kernel


def record_figures(kernel: Kernel) -> bytes:
    """Whether the record still holds what was signed, up to where, and since when."""
    standing, registry = kernel.vouching.standing(), CollectorRegistry()
    altered = Gauge(
        "concord_record_altered", "1: run `make verify`", ["service"], registry=registry
    )
    altered.labels(kernel.service).set(standing["state"] == "altered")
    signed_at = standing.get("signed_at")
    if isinstance(signed_at, str):
        position = Gauge(
            "concord_record_signed_position",
            "Up to here the newest signed head vouches",
            ["service"],
            registry=registry,
        )
        position.labels(kernel.service).set(float(str(standing["position"])))
        moment = Gauge(
            "concord_record_signed_timestamp_seconds",
            "When the newest head was signed",
            ["service"],
            registry=registry,
        )
        moment.labels(kernel.service).set(datetime.fromisoformat(signed_at).timestamp())
    return generate_latest(registry)
