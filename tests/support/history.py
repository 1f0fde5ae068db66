"""A small history of the whole platform: every event that can happen, to several people each."""

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from contracts.sample import NOON, sample
from events.catalog.entitlement import EntitlementAssessed
from events.catalog.names import all_names
from events.catalog.policy import PolicyPublished
from events.catalog.talent import Fact, FactsStated
from events.sourcing.types import Recorded
from events.sourcing.yaml_files import read_yaml_file
from infra.local.places import ROOT
from services.policy.dictionaries.dictionary import Dictionary

PEOPLE = (1, 2)


def history(shapes: frozenset[type], *, service: str) -> list[Recorded[Any]]:
    """These events in one journal: in the order of the catalog, streams interleaved."""
    versions: dict[str, int] = {}
    told: list[Recorded[Any]] = []
    for happened in _everything(shapes):
        versions[happened.stream] = versions.get(happened.stream, 0) + 1
        told.append(
            Recorded(
                event=happened.event,
                name=happened.name,
                event_id=uuid5(UUID(int=0), f"{happened.stream}/{versions[happened.stream]}"),
                service=service,
                stream=happened.stream,
                version=versions[happened.stream],
                position=len(told) + 1,
                recorded_at=NOON,
                actor="clerk",
                correlation_id=f"matter-{happened.stream}",
                causation_id=None,
            )
        )
    return told


@dataclass(frozen=True, slots=True, kw_only=True)
class _Happened:
    name: str
    stream: str
    event: Any


def _everything(shapes: frozenset[type]) -> Iterator[_Happened]:
    for name, shape in all_names().items():
        for number in PEOPLE:
            if shape in shapes:
                category = name.partition(".")[0]
                event = sample(shape, number=number, **_given(shape, number))
                yield _Happened(name=name, stream=f"{category}-{number}", event=event)


def _given(shape: type, number: int) -> Mapping[str, object]:
    """What annotations alone cannot tell: some texts have a form of their own."""
    if shape is EntitlementAssessed:
        text = json.dumps({"outcomes": [], "number": number}).encode()
        return {"receipt": b64encode(Dictionary(b"outcomes").packed(text)).decode()}
    if shape is PolicyPublished:
        return {"document": _policy_file(number)}
    if shape is FactsStated:
        # Some readers keep only the facts that they know by name.
        return {"facts": (sample(Fact, number=number, name="highest_degree", retracted_at=None),)}
    return {}


def _policy_file(number: int) -> str:
    files = sorted((ROOT / "data" / "policies").glob("*.yaml"))
    document = read_yaml_file(files[number % len(files)])
    return json.dumps(document, default=str, ensure_ascii=False)
