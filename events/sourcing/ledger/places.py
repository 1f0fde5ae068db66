"""Where signed heads go besides the service's own table: a folder, and the topic `record.heads`."""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from events.sourcing.bus import Record
from events.sourcing.ledger.head import SignedHead, moment_text, write_head
from events.sourcing.relay import Sender

TOPIC = "record.heads"
EVENT_TYPE = "record.head-signed.v1"


class Place(Protocol):
    """Keeps heads out of reach of whoever could rewrite the journal and its tables."""

    async def newest(self) -> int | None:
        """The size of the newest head that arrived here; `None` when that is not known."""

    async def put(self, heads: Sequence[SignedHead]) -> None:
        """Keep these, in order; a head that is there already stays as it is."""


class HeadsFolder:
    """One file for each head, made whole or not at all and never changed.

    The folder belongs on another machine's disk, with the right to add files and nothing more.
    """

    def __init__(self, folder: Path, *, service: str) -> None:
        self.folder = folder / service

    async def newest(self) -> int | None:
        """The size of the newest head here, 0 while there is none."""
        return await asyncio.to_thread(lambda: max(self.sizes(), default=0))

    async def put(self, heads: Sequence[SignedHead]) -> None:
        """Keep these; returns once they are on the disk."""
        await asyncio.to_thread(self._put, heads)

    def sizes(self) -> list[int]:
        """The sizes of all heads here, by the names of their files."""
        return sorted(int(file.stem) for file in self.folder.glob("[0-9]*.json"))

    def file_of(self, size: int) -> Path:
        """Where the head over so many rows is kept."""
        return self.folder / f"{size:020d}.json"

    def _put(self, heads: Sequence[SignedHead]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for signed in heads:
            file = self.file_of(signed.head.size)
            if not file.exists():
                _write_whole(file, write_head(signed) + b"\n")


class HeadsTopic:
    """The topic on which everybody may learn what a service vouched for; key is the service."""

    def __init__(self, sender: Sender, *, service: str) -> None:
        self._sender = sender
        self._service = service
        self._newest: int | None = None

    async def newest(self) -> int | None:
        """What this process sent last; the topic itself is not asked."""
        return self._newest

    async def put(self, heads: Sequence[SignedHead]) -> None:
        """Send these; returns once they are acknowledged."""
        await self._sender.send([record_of(signed) for signed in heads])
        self._newest = heads[-1].head.size


def record_of(signed: SignedHead) -> Record:
    """A head as a CloudEvent in binary mode; the same head always has the same id."""
    head = signed.head
    return Record(
        topic=TOPIC,
        key=head.service.encode(),
        value=write_head(signed),
        headers=[
            ("ce_specversion", b"1.0"),
            ("content-type", b"application/json"),
            ("ce_id", f"{head.service}/{head.size}/{signed.key_id}".encode()),
            ("ce_source", f"/services/{head.service}".encode()),
            ("ce_type", EVENT_TYPE.encode()),
            ("ce_subject", head.service.encode()),
            ("ce_time", moment_text(head.made_at).encode()),
            ("ce_partitionkey", head.service.encode()),
            ("ce_sequence", b"%020d" % head.position),
            ("ce_dataclassification", b"public"),
        ],
    )


def _write_whole(file: Path, content: bytes) -> None:
    part = file.with_suffix(".part")
    with part.open("wb") as output:
        output.write(content)
        output.flush()
        os.fsync(output.fileno())
    part.rename(file)
