"""What searches the topics for a word starts where they begin, however slow the bus is."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.consumer.fetcher import Fetcher

from events.sourcing.bus import Record
from events.sourcing.kafka import KafkaSender
from tests.support.remains import on_topics

WORD = "MARK0123456789"
SLOW_SECONDS = 0.3


@pytest.fixture
async def topic(kafka_bootstrap: str) -> str:
    """A topic on which the word was said once."""
    name = f"said-{uuid4().hex[:8]}"
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka_bootstrap)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(name, 2, 1)])
    finally:
        await admin.close()
    sender = KafkaSender(kafka_bootstrap, client_id="test")
    try:
        record = Record(topic=name, key=b"k", value=WORD.encode(), headers=[])
        await sender.send([record])
    finally:
        await sender.close()
    return name


async def test_a_word_is_found_although_the_bus_answers_late_where_its_log_begins_and_ends(
    topic: str, kafka_bootstrap: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = Fetcher._proc_offset_request

    async def late(self: Fetcher, *asked: Any) -> Any:
        answer = await answered(self, *asked)
        await asyncio.sleep(SLOW_SECONDS)
        return answer

    monkeypatch.setattr(Fetcher, "_proc_offset_request", late)
    assert await on_topics(kafka_bootstrap, WORD, only=[topic]) == [topic]
    assert await on_topics(kafka_bootstrap, f"{WORD}0", only=[topic]) == []
