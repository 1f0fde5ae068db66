"""A service of which the last events left for Kafka and were then lost by a restore."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from events.catalog.body import BodyEstablished
from events.sourcing.account import Account
from events.sourcing.bus import texts_of
from events.sourcing.kernel import Kernel
from events.sourcing.restored import Comparison
from events.sourcing.retraction import is_retraction
from events.sourcing.types import Published, Receipt
from tests.support.cluster import Cluster, cluster_at
from tests.support.kernel import BODY, Note, Workplace, context, note, until, workplace
from tests.support.rewound import Backup

KEPT, LOST = 5, 7
PUBLISHED: dict[type, Published] = {
    BodyEstablished: Published(classification="internal", fields=("body_id",))
}


@dataclass(slots=True)
class Scene:
    """The service, its topic, and the receipts of what is in its journal no more."""

    place: Workplace
    cluster: Cluster
    lost: list[Receipt]

    def kernel(self) -> Kernel:
        return self.place.kernel(published=PUBLISHED)

    @property
    def lost_ids(self) -> set[str]:
        return {str(one) for receipt in self.lost for one in receipt.event_ids}

    async def published(self) -> list[tuple[int, str]]:
        """Position and id of each event on the topic."""
        records = await self.cluster.records(self.place.topic)
        told = [texts_of(one.headers) for one in records]
        return [(int(one["ce_sequence"]), one["ce_id"]) for one in told if not is_retraction(one)]

    async def no_position_means_two_events(self) -> None:
        published = set(await self.published())
        assert len({position for position, _ in published}) == len(published)


async def said(kernel: Kernel, place: Workplace, count: int) -> list[Receipt]:
    return [
        await kernel.handle(note, place.stream(n % 3), Note(events=(BODY,)), context())
        for n in range(count)
    ]


async def has_left(kernel: Kernel, position: int) -> bool:
    return (await kernel.vitals()).relayed_position >= position


def comparison_of(kernel: Kernel) -> Comparison:
    assert isinstance(kernel.account, Account)
    return kernel.account.comparison


async def stands_still(kernel: Kernel) -> bool:
    return kernel.relay.standstill is not None


@asynccontextmanager
async def restored(postgres_url: str, bootstrap: str, *, lost: int = LOST) -> AsyncIterator[Scene]:
    async with workplace(postgres_url, bootstrap) as place, cluster_at(bootstrap) as cluster:
        await place.create_topic()
        backup = Backup(place)
        await let_leave(place, KEPT)
        await backup.take()
        gone = await let_leave(place, lost)
        await backup.put_back()
        yield Scene(place, cluster, gone)


async def let_leave(place: Workplace, count: int) -> list[Receipt]:
    kernel = place.kernel(published=PUBLISHED)
    async with kernel.running():
        receipts = await said(kernel, place, count)
        await until(lambda: has_left(kernel, receipts[-1].position))
    return receipts
