"""Signing heads: one at a time, only over what still holds, handed on until it arrived."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer

from events.sourcing.ledger.head import SignedHead, read_head
from events.sourcing.ledger.heads import Heads, RecordAltered
from events.sourcing.ledger.places import TOPIC, HeadsTopic
from events.sourcing.ledger.row import row_bytes
from events.sourcing.ledger.store import load_edge, rows_after
from events.sourcing.ledger.tree import Edge
from events.sourcing.prepare import create_topics
from tests.support.kernel import in_background, until
from tests.support.ledger import SIGNER
from tests.support.record import SignedRecord, signed_record


@pytest.fixture
async def record(postgres_url: str) -> AsyncIterator[SignedRecord]:
    async with signed_record(postgres_url) as record:
        yield record


class Unreachable:
    """A place that does not answer."""

    async def newest(self) -> int | None:
        return 0

    async def put(self, heads: Sequence[SignedHead]) -> None:
        raise OSError(f"no machine takes {len(heads)} heads")


async def head_sizes(record: SignedRecord) -> list[int]:
    return [row["size"] for row in await record.place.fetch("SELECT size FROM signed_head")]


async def test_nothing_is_signed_where_nothing_is_new(record: SignedRecord) -> None:
    assert await record.heads().sign() is None
    await record.write(1)
    signed = await record.heads().sign()
    assert signed is not None
    assert (signed.head.size, signed.head.position) == (301, 301)


async def test_nothing_is_signed_over_an_empty_record(postgres_url: str) -> None:
    async with signed_record(postgres_url, heads=0) as record:
        assert await record.heads().sign() is None


async def test_of_several_processes_one_signs(record: SignedRecord) -> None:
    await record.write(20)
    signed = await asyncio.gather(*(record.heads().sign() for _ in range(5)))
    assert [one.head.size for one in signed if one is not None] == [320]


async def test_signing_takes_no_right_but_to_read_and_to_add(record: SignedRecord) -> None:
    async with record.place.connected("owner") as owner:
        await owner.execute(
            f"REVOKE UPDATE, DELETE ON signed_head, tree_tile FROM {record.place.service}_app"
        )
    await record.write(250)
    await record.sign()
    async with record.place.connected("app") as application:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await application.execute("DELETE FROM signed_head")
    assert await record.found() == []


async def test_the_tree_is_taken_up_where_its_full_tiles_end(record: SignedRecord) -> None:
    async with record.place.connected("app") as driver:
        edge, position = await load_edge(driver)
        assert (edge.size, position) == (256, 256)
        assert edge.root == await root_of_first_rows(driver, 256)


async def root_of_first_rows(driver: asyncpg.Connection, size: int) -> bytes:
    edge = Edge()
    for row in await rows_after(driver, 0, limit=size):
        edge.add(row_bytes(row))
    return edge.root


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET payload = '' WHERE position = 280",
        "DELETE FROM journal WHERE position = 280",
        "UPDATE tree_tile SET root = sha256('')",
        "INSERT INTO tree_tile VALUES (0, 1, 300, sha256(''))",
        "DELETE FROM journal WHERE position > 270",
    ],
)
async def test_over_a_record_that_was_altered_nothing_more_is_signed(
    record: SignedRecord, statement: str
) -> None:
    await record.tamper(statement)
    await record.write(5)
    heads = record.heads()
    with pytest.raises(RecordAltered):
        await heads.sign()
    assert heads.altered
    assert await head_sizes(record) == [150, 300]


async def test_a_place_that_was_away_gets_every_head_it_missed(record: SignedRecord) -> None:
    folder = record.folder
    for size in (150, 300):
        folder.file_of(size).unlink()
    await record.heads(Unreachable(), folder).hand_on()
    assert folder.sizes() == [150, 300]


async def test_the_loop_signs_by_itself(record: SignedRecord) -> None:
    await record.write(1)
    heads = Heads(
        record.kernel.engine,
        service=record.place.service,
        signer=SIGNER,
        clock=record.place.clock,
        places=[record.folder],
        every_seconds=0.05,
    )

    async def arrived() -> bool:
        return await record.folder.newest() == 302

    async with in_background(heads.run()):
        await record.write(1)
        await until(arrived)


async def test_the_newest_head_is_published(postgres_url: str, kafka_bootstrap: str) -> None:
    await create_topics(kafka_bootstrap)
    async with signed_record(postgres_url, bootstrap=kafka_bootstrap) as record:
        name = record.place.service
        heads = record.heads(HeadsTopic(record.kernel.sender, service=name))
        await heads.hand_on()
        await record.write(1)
        await heads.sign()
        await heads.hand_on()
        await heads.hand_on()
        assert await published(kafka_bootstrap, name, count=2) == [300, 301]


async def published(bootstrap: str, service: str, *, count: int) -> list[int]:
    consumer = AIOKafkaConsumer(TOPIC, bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    sizes: list[int] = []
    try:
        async with asyncio.timeout(30):
            while len(sizes) < count:
                record = await consumer.getone()
                if record.key == service.encode():
                    sizes.append(read_head(record.value).head.size)
    finally:
        await consumer.stop()
    return sizes
