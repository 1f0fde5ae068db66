"""The cluster tells topics apart by their ids, whatever their names."""

from collections.abc import AsyncIterator, Callable
from uuid import uuid4

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic

from events.sourcing.topics import Shape, Topics
from tests.support.kernel import until


@pytest.fixture
async def topics(kafka_bootstrap: str) -> AsyncIterator[Topics]:
    topics = Topics(kafka_bootstrap, client_id="tests")
    yield topics
    await topics.close()


@pytest.fixture
async def admin(kafka_bootstrap: str) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka_bootstrap)
    await admin.start()
    yield admin
    await admin.close()


async def test_a_topic_that_is_not_there_has_no_shape(topics: Topics) -> None:
    assert await topics.shapes([f"t{uuid4().hex}"]) == {}


async def _shape_that(
    topics: Topics, name: str, fits: Callable[[Shape | None], bool]
) -> Shape | None:
    """The cluster needs a moment until every broker knows."""
    found: list[Shape | None] = []

    async def fitting() -> bool:
        found.append((await topics.shapes([name])).get(name))
        return fits(found[-1])

    await until(fitting)
    return found[-1]


async def _made(topics: Topics, admin: AIOKafkaAdminClient, name: str) -> Shape:
    await admin.create_topics([NewTopic(name, 2, 1)])
    shape = await _shape_that(topics, name, lambda one: one is not None and one.partitions == 2)
    assert shape is not None
    return shape


async def test_a_topic_keeps_its_id_when_it_is_given_more_partitions(
    topics: Topics, admin: AIOKafkaAdminClient
) -> None:
    name = f"t{uuid4().hex}"
    before = await _made(topics, admin, name)
    await admin.create_partitions({name: NewPartitions(3)})
    after = await _shape_that(topics, name, lambda one: one is not None and one.partitions == 3)
    assert after == Shape(topic_id=before.topic_id, partitions=3)


async def test_a_topic_that_is_made_again_has_another_id(
    topics: Topics, admin: AIOKafkaAdminClient
) -> None:
    name, other = f"t{uuid4().hex}", f"t{uuid4().hex}"
    before, beside = await _made(topics, admin, name), await _made(topics, admin, other)
    await admin.delete_topics([name])
    await _shape_that(topics, name, lambda one: one is None)
    after = await _made(topics, admin, name)
    assert before.topic_id != after.topic_id
    assert await topics.shapes([other]) == {other: beside}


async def test_a_broker_that_is_away_is_asked_again_later(kafka_bootstrap: str) -> None:
    nowhere = Topics("127.0.0.1:1", client_id="tests")
    for _ in range(2):
        with pytest.raises(Exception, match="bootstrap"):
            await nowhere.shapes(["talent.events"])
