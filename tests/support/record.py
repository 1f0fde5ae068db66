"""A service with signed heads over its journal, and somebody with every right to tamper with it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from events.sourcing.journal import Append
from events.sourcing.kernel import Kernel
from events.sourcing.ledger.heads import Heads
from events.sourcing.ledger.keys import Signer, believe, pem_of
from events.sourcing.ledger.places import HeadsFolder, Place
from events.sourcing.ledger.verifier import Verdict, verify
from tests.support.kernel import NOWHERE, Workplace, an_append, workplace
from tests.support.ledger import SIGNER

EVENTS_OF_A_HEAD = 150
STREAMS = 10
REWRITE = """
DO $$
DECLARE row record; before bytea := '\\x';
BEGIN
    FOR row IN SELECT * FROM journal ORDER BY position LOOP
        before := link_of(before, row.position, row.stream, row.version, row.event_id, row.name,
                          row.payload, row.metadata, row.recorded_at);
        UPDATE journal SET link = before WHERE position = row.position;
    END LOOP;
END
$$
"""


@dataclass(slots=True, kw_only=True)
class SignedRecord:
    """Its streams are `note-0` to `note-9`, one event each in turn."""

    place: Workplace
    kernel: Kernel
    second_place: Path

    def heads(self, *places: Place, signer: Signer = SIGNER) -> Heads:
        """What signs, as another process would run it."""
        return Heads(
            self.kernel.engine,
            service=self.place.service,
            signer=signer,
            clock=self.place.clock,
            places=places or [self.folder],
        )

    @property
    def folder(self) -> HeadsFolder:
        return HeadsFolder(self.second_place, service=self.place.service)

    @property
    def public_key(self) -> Path:
        file = self.place.folder / "head.pem"
        file.write_bytes(pem_of(SIGNER.public))
        return file

    async def write(self, events: int) -> None:
        """One event for each stream in turn; those of one round share a commit, in their order."""
        before = await self.kernel.journal.last_position()
        for start in range(before, before + events, STREAMS):
            numbers = range(start, min(start + STREAMS, before + events))
            appends = [await self._append(n) for n in numbers]
            await asyncio.gather(*(self.kernel.journal.append(one) for one in appends))

    async def _append(self, n: int) -> Append:
        stream = f"note-{n % STREAMS}"
        append = an_append(stream, at=len(await self.kernel.journal.read_stream(stream)))
        told = [replace(event, payload=b'{"n":%d}' % n) for event in append.events]
        return replace(append, events=told)

    async def sign(self) -> None:
        """Sign what is there and hand it on."""
        heads = self.heads()
        assert await heads.sign() is not None
        await heads.hand_on()

    async def tamper(self, *statements: str) -> None:
        """As somebody who owns the database and may do anything to it."""
        async with self.place.superuser() as connection, connection.transaction():
            await connection.execute("SET LOCAL session_replication_role = replica")
            for statement in statements:
                await connection.execute(statement)

    async def rewrite_with_heads(self, *statements: str) -> None:
        """As somebody who holds the signing key as well, but not the second place."""
        await self.tamper(*statements, REWRITE, "DELETE FROM signed_head", "DELETE FROM tree_tile")
        assert await self.heads().sign() is not None

    async def verdict(self, *, signers: Sequence[Signer] = (SIGNER,)) -> Verdict:
        """What an auditor finds who knows the second place."""
        return await self.verdict_with(self.second_place, *signers)

    async def verdict_with(self, folder: Path | None, *signers: Signer) -> Verdict:
        async with self.place.connected("app") as driver:
            return await verify(
                driver,
                service=self.place.service,
                believed=believe(*(signer.public for signer in signers)),
                folder=folder,
                report=lambda *_: None,
            )

    async def found(self) -> list[str]:
        return [str(finding) for finding in (await self.verdict()).findings]


@asynccontextmanager
async def signed_record(
    postgres_url: str, *, heads: int = 2, bootstrap: str = NOWHERE
) -> AsyncIterator[SignedRecord]:
    """A record of 150 events for each head."""
    async with workplace(postgres_url, bootstrap) as place:
        record = SignedRecord(
            place=place, kernel=place.kernel(), second_place=place.folder / "heads"
        )
        for _ in range(heads):
            await record.write(EVENTS_OF_A_HEAD)
            await record.sign()
        yield record
