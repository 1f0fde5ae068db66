"""What must hold in every run, whatever went wrong, and however often something was judged."""

from base64 import b64decode
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from events.catalog.entitlement import EntitlementAssessed
from events.catalog.names import all_names
from events.sourcing.bus import texts_of, topic_of
from events.sourcing.journal import StoredEvent
from events.sourcing.types import Recorded, category_of
from services.policy.dictionaries.dictionary import digest_in
from services.policy.entitlements.domain import stream_of
from tests.simulation.platform import Platform
from tests.simulation.state import streams_of
from tests.support.services import published_by

OWN_STREAMS = ("talent-", "entitlement-", "match-")
SHORTLISTS = "match-demand-"
KEPT = "dictionary-"


async def flaws(platform: Platform) -> list[str]:
    """Everything that is lost, double, or counted wrongly; nothing, if all is well."""
    stored = {
        service: server.rows.after(0, limit=server.rows.last_position())
        for service, server in platform.servers.items()
    }
    return [
        *_lost(platform, stored),
        *_not_carried(platform, stored),
        *_not_followed(platform, stored),
        *_miscounted(platform, stored),
        *_not_listed(platform, stored),
        *_without_receipt(platform, await streams_of(platform, "policy")),
    ]


def _lost(platform: Platform, stored: Mapping[str, list[StoredEvent]]) -> Iterator[str]:
    """What was acknowledged is stored, and every event once."""
    times = Counter(str(row.event_id) for row in _all(stored))
    yield from (f"acknowledged, not stored: {one}" for one in platform.acknowledged - times.keys())
    yield from (f"stored {n} times: {event_id}" for event_id, n in times.items() if n > 1)


def _not_carried(platform: Platform, stored: Mapping[str, list[StoredEvent]]) -> Iterator[str]:
    """Every event is on its topic, and nothing else is."""
    bus = platform.broker.bus
    places = {(row.stream, row.version) for row in _all(stored)}
    topics = {topic_of(stream) for stream, _ in places}
    carried = {
        (texts["ce_subject"], int(texts["ce_streamversion"]))
        for partition in bus.partitions_of(topics)
        for record in bus.read(partition, 0, most=bus.end_of(partition))
        for texts in [texts_of(record.headers)]
    }
    yield from (f"not on its topic: {place}" for place in sorted(places - carried))
    yield from (f"on its topic, not stored: {place}" for place in sorted(carried - places))


def _not_followed(platform: Platform, stored: Mapping[str, list[StoredEvent]]) -> Iterator[str]:
    """The trace of all matters has every event once, and every reader has come to each end."""
    projected = {row[0] for row in platform.servers["ops"].ask("SELECT event_id FROM journey")}
    known = {str(row.event_id) for row in _all(stored)}
    yield from (f"in no matter: {event_id}" for event_id in sorted(known - projected))
    ends = Counter(row.stream for row in _all(stored))
    for service, server in platform.servers.items():
        reached = server.ask("SELECT reader, topic, stream, version FROM applied")
        for reader, topic, stream, version in reached:
            if topic.endswith(".events") and version != ends[stream]:
                yield f"{service}.{reader} has {stream} at {version}, not {ends[stream]}"
    for service, server in platform.servers.items():
        for row in server.ask("SELECT reader, topic, stream, version, reason FROM parked"):
            yield f"{service} has parked {row}"


def _miscounted(platform: Platform, stored: Mapping[str, list[StoredEvent]]) -> Iterator[str]:
    """What pages count is what happened."""
    portal, console = platform.servers["portal"], platform.servers["console"]
    forgotten = {row[0] for row in portal.ask("SELECT talent_id FROM forgotten")}
    streams = Counter(row.stream for row in _all(stored))
    counted = {
        (talent_id, category): changes
        for talent_id, category, changes, _ in portal.ask("SELECT * FROM activity")
        if category != "ticket"
    }
    happened = {
        (stream.partition("-")[2], category_of(stream)): times
        for stream, times in streams.items()
        if stream.startswith(OWN_STREAMS) and not stream.startswith(SHORTLISTS)
    }
    expected = {key: times for key, times in happened.items() if key[0] not in forgotten}
    yield from (f"activity: {one}" for one in sorted(counted.items() ^ expected.items()))
    moved = {f"ticket-{ticket}": n for ticket, n, _ in console.ask("SELECT * FROM movement")}
    tickets = {stream: n for stream, n in streams.items() if stream.startswith("ticket-")}
    yield from (f"movement: {one}" for one in sorted(moved.items() ^ tickets.items()))


def _not_listed(platform: Platform, stored: Mapping[str, list[StoredEvent]]) -> Iterator[str]:
    """Agencies see every public event once."""
    listed = Counter(row[0] for row in platform.servers["feeds"].ask("SELECT event_id FROM listed"))
    public = {
        str(row.event_id)
        for service, rows in stored.items()
        for row in rows
        if service != "feeds" and row.name in _public_names(service)
    }
    yield from (f"listed {n} times: {event_id}" for event_id, n in listed.items() if n > 1)
    yield from (f"public, not listed: {one}" for one in sorted(public - listed.keys()))
    yield from (f"listed, not public: {one}" for one in sorted(listed.keys() - public))


def _without_receipt(
    platform: Platform, streams: Mapping[str, Sequence[Recorded[Any]]]
) -> Iterator[str]:
    """An answer that stands names its own receipt, and what that is written behind came before."""
    kept = {stream: events[0].position for stream, events in streams.items()}
    standing = platform.servers["policy"].ask("SELECT talent_id, position FROM entitlement")
    for talent_id, position in standing:
        own = {one.position: one.event for one in streams.get(stream_of(talent_id), ())}
        event = own.get(position)
        if not isinstance(event, EntitlementAssessed) or event.receipt is None:
            yield f"no receipt for the answer to {talent_id}"
        elif kept.get(f"{KEPT}{digest_in(b64decode(event.receipt))}", position) >= position:
            yield f"no dictionary for the receipt of {talent_id}"


@cache
def _public_names(service: str) -> set[str]:
    shapes: Mapping[Any, str] = {shape: name for name, shape in all_names().items()}
    rules = published_by(service).items()
    return {shapes[shape] for shape, rule in rules if rule.classification == "public"}


def _all(stored: Mapping[str, list[StoredEvent]]) -> Iterable[StoredEvent]:
    return (row for rows in stored.values() for row in rows)
