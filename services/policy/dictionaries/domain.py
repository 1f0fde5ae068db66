"""A dictionary is kept once, in a stream named after its digest, and never changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from events.catalog.dictionary import DictionaryEvent, DictionaryKept
from events.sourcing.decider import Decider


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepDictionary:
    digest: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing was kept under this digest yet."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept is known by its digest."""


Dictionary: TypeAlias = Unknown | Kept


def decide(command: KeepDictionary, dictionary: Dictionary) -> Sequence[DictionaryEvent]:
    """Keeping the same again is nothing."""
    if isinstance(dictionary, Kept):
        return []
    return [DictionaryKept(digest=command.digest, text=command.text, kept_at=command.at)]


def evolve(_dictionary: Dictionary, _event: DictionaryEvent) -> Dictionary:
    """Whatever was kept stays."""
    return Kept()


dictionary: Decider[KeepDictionary, Dictionary, DictionaryEvent] = Decider(
    "dictionary", Unknown(), decide, evolve
)
