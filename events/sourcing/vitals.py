"""How a service stands: what has not left yet, who is behind, who stands still and why."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from events.sourcing.journal_reader import JournalReader
from events.sourcing.reader import Reader
from events.sourcing.standstill import Standstill
from events.sourcing.topic_reader import TopicReader


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderVitals:
    """One reader; `behind` counts events where that is known."""

    name: str
    behind: int | None
    retries: int
    running: bool
    standstill: Standstill | None
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """One service, as its database and this process know it."""

    last_position: int
    relayed_position: int
    oldest_unsent_seconds: float
    appends_waiting: int
    relay_standstill: Standstill | None
    readers: tuple[ReaderVitals, ...]
    duties: Mapping[str, str]
    """What one process at a time does, and whether it is this one: `active` or `standing-by`."""

    @property
    def stands_still(self) -> bool:
        """Whether something waits for an operator."""
        return bool(self.relay_standstill) or any(one.standstill for one in self.readers)


def readers_vitals(readers: Iterable[Reader], *, last_position: int) -> tuple[ReaderVitals, ...]:
    """How each reader stands, with the journal at this position."""
    return tuple(
        ReaderVitals(
            name=reader.name,
            behind=_behind(reader, last_position),
            retries=reader.progress.retries,
            running=reader.progress.running,
            standstill=reader.progress.standstill,
            note=reader.progress.note,
        )
        for reader in readers
    )


def told(vitals: Vitals) -> Mapping[str, object]:
    """The same for an operator, under the names of `/health`."""
    return {
        "last_position": vitals.last_position,
        "relayed_position": vitals.relayed_position,
        "oldest_unsent_seconds": vitals.oldest_unsent_seconds,
        "appends_waiting": vitals.appends_waiting,
        "relay": _standing(vitals.relay_standstill),
        "duties": {name: {"status": status} for name, status in vitals.duties.items()},
        "readers": {
            one.name: {
                "behind": one.behind,
                "retries": one.retries,
                "running": one.running,
                **_standing(one.standstill),
                **({"note": one.note} if one.note else {}),
            }
            for one in vitals.readers
        },
    }


def _standing(standstill: Standstill | None) -> Mapping[str, str]:
    if standstill is None:
        return {"status": "ok"}
    return {"status": "stands-still", **asdict(standstill)}


def _behind(reader: Reader, last_position: int) -> int | None:
    if isinstance(reader, TopicReader):
        return reader.behind
    return last_position - reader.position if isinstance(reader, JournalReader) else None
