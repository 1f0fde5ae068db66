"""What reaches a read model: every event of its own journal, or of the topics it follows."""

from typing import Any

from contracts.doors import service_names
from events.catalog.names import all_names
from events.sourcing.bus import read_record, records_of, texts_of
from events.sourcing.codec import Codec
from events.sourcing.projector import Projection
from events.sourcing.types import Recorded
from tests.support.history import history
from tests.support.services import published_by, states_of

CODEC = Codec(all_names())


def arriving(service: str, projection: Projection) -> list[tuple[str, Recorded[Any]]]:
    """What this projection reads, as it would arrive: from the own journal, or from Kafka."""
    if not projection.topics:
        own = frozenset({*published_by(service), *states_of(service)})
        return [("journal", one) for one in history(own, service=service)]
    return [
        (topic, recorded)
        for publisher in service_names()
        for topic, recorded in _leaving(publisher)
        if topic in projection.topics
    ]


def _leaving(service: str) -> list[tuple[str, Recorded[Any]]]:
    published, states = published_by(service), states_of(service)
    return [
        (record.topic, read_record(CODEC, texts_of(record.headers), record.value))
        for recorded in history(frozenset({*published, *states}), service=service)
        for record in records_of(recorded, published=published, states=states)
    ]
