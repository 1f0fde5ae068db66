"""What a service needs to record and to read back: its journal, its codec and its keys."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from events.sourcing.codec import Codec
from events.sourcing.journal import Journal, StoredEvent, read_metadata
from events.sourcing.sealing import Keyring
from events.sourcing.types import Recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One service's journal with everything that reads and writes it."""

    service: str
    journal: Journal
    codec: Codec
    keyring: Keyring

    async def open(self, rows: Sequence[StoredEvent]) -> list[Recorded[Any]]:
        """The events behind stored rows, with every sealed value that can still be read."""
        keys = await self.keyring.find(_subjects(rows))
        return [self._recorded(row, keys) for row in rows]

    def _recorded(self, row: StoredEvent, keys: Any) -> Recorded[Any]:
        beside = read_metadata(row.metadata)
        event = self.codec.decode(row.name, row.payload, event_id=row.event_id, keys=keys)
        return Recorded(
            event=event,
            name=self.codec.name_of(event),
            event_id=row.event_id,
            service=self.service,
            stream=row.stream,
            version=row.version,
            position=row.position,
            recorded_at=row.recorded_at,
            actor=beside.actor,
            correlation_id=beside.correlation_id,
            causation_id=beside.causation_id,
            traceparent=beside.traceparent,
        )


_SUBJECT = b'"talent_id":"'


def _subjects(rows: Iterable[StoredEvent]) -> set[str]:
    """The people named in sealed payloads, read without decoding."""
    return {
        row.payload.split(_SUBJECT, 1)[1].split(b'"', 1)[0].decode()
        for row in rows
        if _SUBJECT in row.payload and b'"sealed":' in row.payload
    }
