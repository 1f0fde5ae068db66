"""Asks every service whether it reads an old stored name as a newer one."""

from collections.abc import Iterator, Mapping
from functools import cache
from uuid import UUID

import msgspec

from contracts.doors import built, service_names
from events.sourcing.codec import Codec, UnknownName
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
    """The codec of each service, from the application it really builds."""
    return {service: built(service).state.kernel.codec for service in service_names()}
