"""The topics that the cluster really has: the id each was made under, and its partitions."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from aiokafka.client import AIOKafkaClient
from aiokafka.errors import NoError, UnknownTopicOrPartitionError, for_code

from events.sourcing.kafka import opened
from events.sourcing.topic_metadata import TopicsRequest
from events.sourcing.transient import let_go

PATIENCE_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A topic that is deleted and made again under its name has another id."""

    topic_id: UUID
    partitions: int


class Topics:
    """Answers for all who ask, one after the other, over one connection that is opened at need."""

    def __init__(self, bootstrap: str, *, client_id: str) -> None:
        self._bootstrap = bootstrap
        self._client_id = client_id
        self._client: AIOKafkaClient | None = None
        self._turn = asyncio.Lock()

    async def shapes(self, names: Sequence[str]) -> Mapping[str, Shape]:
        """Each of these topics that there is; raises while the cluster does not answer."""
        async with self._turn:
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    return await self._ask(names)
            except BaseException:
                await self._let_go()
                raise

    async def close(self) -> None:
        """Let go of the connection; the next question opens another."""
        async with self._turn:
            await self._let_go()

    async def _ask(self, names: Sequence[str]) -> Mapping[str, Shape]:
        client = await self._connected()
        answer = await client.send(client.get_random_node(), TopicsRequest(names))
        return {
            topic["name"]: Shape(
                topic_id=UUID(bytes=topic["topic_id"]), partitions=len(topic["partitions"])
            )
            for topic in answer.to_object()["topics"]
            if _exists(topic["error_code"])
        }

    async def _connected(self) -> AIOKafkaClient:
        if self._client is None:
            client = AIOKafkaClient(bootstrap_servers=self._bootstrap, client_id=self._client_id)
            await opened(client.bootstrap(), client.close)
            self._client = client
        return self._client

    async def _let_go(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await let_go(client.close())


def _exists(code: int) -> bool:
    if code == UnknownTopicOrPartitionError.errno:
        return False
    if code != NoError.errno:
        raise for_code(code)
    return True
