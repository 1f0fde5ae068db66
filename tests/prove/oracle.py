"""What was asked, written down before it is asked, and what was answered, as soon as it is.

The file lies outside the processes that are struck, and every line is on the disk before the
next thing happens; whatever is compared is compared with this file.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO
from uuid import UUID, uuid5

import msgspec

from events.sourcing.journal import event_id_of
from events.sourcing.types import category_of
from tests.prove.cast import PROCESS
from tests.support.kernel import context


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Record an event for each of the words in a stream, once under this key."""

    key: str
    stream: str
    words: str

    @property
    def event_ids(self) -> tuple[UUID, ...]:
        """The ids of its events, known before anybody recorded them."""
        command_id = context(self.key).command_id
        return tuple(event_id_of(command_id, n) for n in range(len(self.words)))

    def consequences(self) -> Iterator[tuple[str, UUID]]:
        """What the process and the timers make of it: the stream and the id of each event."""
        # A service of the trial and the category of its streams have one name.
        category = service = category_of(self.stream)
        for word, event_id in zip(self.words, self.event_ids, strict=True):
            if word == "p":
                at_once = uuid5(event_id, f"{service}/{PROCESS}/0")
                kept = uuid5(event_id, f"{service}/{PROCESS}/1")
                later = uuid5(kept, f"timer/later-{event_id}")
                yield f"{category}-now-{event_id}", event_id_of(at_once, 0)
                yield f"{category}-later-{event_id}", event_id_of(later, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A receipt, as the one who asked has it."""

    key: str
    event_ids: tuple[UUID, ...]
    position: int


@dataclass(slots=True, kw_only=True)
class Account:
    """What a file says: every intent, and every answer, also where one was given twice."""

    intents: dict[str, Command] = field(default_factory=dict)
    answers: list[Answered] = field(default_factory=list)

    @property
    def acknowledged(self) -> frozenset[UUID]:
        """The events that somebody believes to be recorded."""
        return frozenset(one for answer in self.answers for one in answer.event_ids)

    def unanswered(self) -> Sequence[Command]:
        """What may have happened or not, as far as those know who asked."""
        answered = {answer.key for answer in self.answers}
        return [command for key, command in self.intents.items() if key not in answered]


class Oracle:
    """The only one who writes to its file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO = path.open("ab", buffering=0)

    def intend(self, command: Command) -> None:
        """Before it is asked."""
        self._write({"intent": command})

    def acknowledge(self, answer: Answered) -> None:
        """As soon as the answer is there."""
        self._write({"answer": answer})

    def account(self) -> Account:
        """All that the file says."""
        account = Account()
        for line in self._path.read_bytes().splitlines():
            told: Mapping[str, object] = msgspec.json.decode(line)
            if "intent" in told:
                command = msgspec.convert(told["intent"], Command)
                account.intents[command.key] = command
            else:
                account.answers.append(msgspec.convert(told["answer"], Answered))
        return account

    def close(self) -> None:
        """Nothing is written any more."""
        self._file.close()

    def _write(self, line: Mapping[str, object]) -> None:
        self._file.write(msgspec.json.encode(line) + b"\n")
        os.fsync(self._file.fileno())
