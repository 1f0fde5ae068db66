"""Asks every service whether it reads an old stored name as a newer one."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import msgspec

from contracts.doors import NOWHERE, service_names
from contracts.sample import NOON
from events.sourcing.clock import SimulatedClock
from events.sourcing.codec import Codec, UnknownName
from events.sourcing.settings import Settings, known_services
from infra.check.evolution.corpus import SAMPLES
from infra.local.places import ROOT


def unlifted(name: str) -> Iterator[str]:
    """Which services do not lift the sample of an old name into a shape they know, and why.

    Every service is asked, because every service knows all names and may read any topic.
    """
    sample = ROOT / SAMPLES / f"{name}.json"
    if not sample.exists():
        yield "there is no sample of it to try one on"
        return
    for service, codec in codecs().items():
        yield from (f"{service} {wrong}" for wrong in lifts(codec, name, sample.read_bytes()))


def lifts(codec: Codec, name: str, sample: bytes) -> Iterator[str]:
    """What is wrong with reading the sample of an old name; nothing if it becomes a newer one."""
    try:
        lifted, _ = codec.lift(name, msgspec.json.decode(sample))
        if lifted == name:
            yield "has none registered"
        else:
            codec.decode(name, sample, event_id=UUID(int=0), keys={})
    except (msgspec.ValidationError, LookupError, UnknownName) as failure:
        yield f"has one that makes no newer shape of it: {failure!r}"


@cache
def codecs() -> Mapping[str, Codec]:
    """The codec of each service, from the application it really builds; nothing is connected to."""
    with TemporaryDirectory() as folder:
        kek = Path(folder) / "kek"
        kek.write_bytes(bytes(32))
        return {service: _codec(service, kek) for service in service_names()}


def _codec(service: str, kek: Path) -> Codec:
    settings = Settings(
        service=service,
        database_url=f"postgresql://nobody:nothing@{NOWHERE}/",
        bootstrap=NOWHERE,
        secret=b"only to build the application",
        kek_file=kek,
        clock=SimulatedClock(NOON),
        otlp_endpoint=None,
        host="127.0.0.1",
        port=1,
        peers=dict.fromkeys(known_services(), f"http://{NOWHERE}"),
    )
    codec: Codec = import_module(f"services.{service}.app").build(settings).state.kernel.codec
    return codec
