"""Brings together the heads of the table and of the second place, and believes the signed ones."""

from collections import deque
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from events.sourcing.ledger.findings import BadHead, Finding
from events.sourcing.ledger.head import Head, SignedHead, Unreadable, read_head
from events.sourcing.ledger.keys import Believed, is_signed
from events.sourcing.ledger.places import HeadsFolder
from events.sourcing.ledger.store import Driver, heads_after, newest_head

PAGE = 1000
MOST_FINDINGS = 200
"""Whoever finds that many bad heads has found enough; memory stays bounded."""

TABLE = "the table"
SECOND_PLACE = "the second place"


class Evidence:
    """The believed heads of one service in the order of their sizes; the others are findings."""

    def __init__(
        self, driver: Driver, *, service: str, believed: Believed, folder: Path | None
    ) -> None:
        self.findings: list[Finding] = []
        self._driver = driver
        self._service = service
        self._believed = believed
        self._folder = HeadsFolder(folder, service=service) if folder else None
        self._sizes: Sequence[int] = ()
        self._coming: AsyncIterator[Head] | None = None
        self._next: Head | None = None

    async def open(self) -> None:
        """From here on the evidence stands still: heads that are signed later are left out."""
        self._sizes = self._folder.sizes() if self._folder else ()
        newest = await newest_head(self._driver, self._service)
        self._coming = self._heads(newest.head.size if newest else 0)
        await self._advance()

    async def up_to(self, position: int) -> list[Head]:
        """The heads not given before that vouch for rows up to this position."""
        found = []
        while self._next is not None and self._next.position <= position:
            found.append(self._next)
            await self._advance()
        return found

    async def rest(self) -> list[Head]:
        """Of the heads behind the end of the journal, the newest."""
        last = []
        while self._next is not None:
            last = [self._next]
            await self._advance()
        return last

    async def _advance(self) -> None:
        self._next = await anext(self._coming, None) if self._coming else None

    async def _heads(self, newest: int) -> AsyncIterator[Head]:
        async for size, kept, in_folder in self._pairs(newest):
            for head in self._believable(size, kept, self._read(size) if in_folder else None):
                yield head
            # The newest may still be on its way.
            if self._folder and not in_folder and size < newest:
                self._say(size, f"is missing in {SECOND_PLACE}")

    async def _pairs(self, newest: int) -> AsyncIterator[tuple[int, SignedHead | None, bool]]:
        """Each size with the head of the table, and whether the second place has one too."""
        waiting = deque(self._sizes)
        async for kept in self._table(newest):
            while waiting and waiting[0] < kept.head.size:
                yield waiting.popleft(), None, True
            in_folder = bool(waiting) and waiting[0] == kept.head.size
            if in_folder:
                waiting.popleft()
            yield kept.head.size, kept, in_folder
        for size in waiting:
            yield size, None, True

    async def _table(self, newest: int) -> AsyncIterator[SignedHead]:
        size = 0
        while page := await heads_after(self._driver, self._service, size, upto=newest, limit=PAGE):
            for signed in page:
                yield signed
            size = page[-1].head.size

    def _believable(
        self, size: int, kept: SignedHead | None, second: SignedHead | None
    ) -> Sequence[Head]:
        if kept is None:
            self._say(size, f"is missing in {TABLE}; {SECOND_PLACE} has one")
        heads = [
            signed.head
            for signed, where in ((kept, TABLE), (second, SECOND_PLACE))
            if signed is not None and self._is_believed(signed, where)
        ]
        different = list(dict.fromkeys(heads))
        if len(different) > 1:
            self._say(size, f"{TABLE} and {SECOND_PLACE} hold different ones")
        return different

    def _read(self, size: int) -> SignedHead | None:
        """The head in the second place."""
        if self._folder is None:
            return None
        try:
            signed = read_head(self._folder.file_of(size).read_bytes())
        except (Unreadable, OSError):
            self._say(size, f"cannot be read in {SECOND_PLACE}")
            return None
        if signed.head.size != size:
            self._say(size, f"stands under the name of another in {SECOND_PLACE}")
            return None
        return signed

    def _is_believed(self, signed: SignedHead, where: str) -> bool:
        if signed.key_id not in self._believed:
            self._say(signed.head.size, f"in {where}: key {signed.key_id} is not one of the keys")
            return False
        if not is_signed(signed, self._believed):
            self._say(signed.head.size, f"in {where}: the signature is wrong")
            return False
        if signed.head.service != self._service:
            self._say(signed.head.size, f"in {where}: it is about another service")
            return False
        return True

    def _say(self, size: int, why: str) -> None:
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(BadHead(where=f"signed head of {size} rows", why=why))
