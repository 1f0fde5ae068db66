"""What may happen to services and to what they stand on: killed, stopped, cut off, begun anew."""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from random import Random
from typing import TypeAlias
from urllib.parse import urlsplit, urlunsplit

import psutil

from infra.local.ports import HOST
from tests.prove.children import Child
from tests.prove.clients import Clients
from tests.prove.crash import asking, clients_of
from tests.prove.points import LISTENER, SPEAKER
from tests.prove.verdict import Verdict
from tests.prove.world import World
from tests.support.kernel import until
from tests.support.proxy import Cut, Proxy, proxy_before

Fault: TypeAlias = Callable[[World, Clients, Random], Awaitable[None]]

REACTION_SECONDS = 120.0
CUTS, CUT_SHARE = 8, 0.2
COMMITTED = (b"appended", b"COMMIT\0")
"""What the server says when an append, or a reader's transaction, is committed."""


async def disturb(world: World, name: str, seed: int) -> Verdict:
    """One run: disturb, start clean, ask again, drain, compare."""
    run = f"{name}/{seed}"
    chance = Random(run)
    clients = clients_of(world, run, chance)
    await FAULTS[name](world, clients, chance)
    await world.end_children()
    clean = await world.start(SPEAKER)
    await world.start(LISTENER)
    await clients.ask_again(clean.caller)
    verdict = await world.drained_verdict()
    await world.end_children()
    return verdict


async def _stands_still(child: Child) -> bool:
    return bool(psutil.Process(child.program.process.pid).status() == psutil.STATUS_STOPPED)


async def _more_sent(world: World, than: int) -> bool:
    return await world.sent() > than


@asynccontextmanager
async def _before_postgres(world: World, cut: Cut) -> AsyncIterator[tuple[Proxy, str]]:
    parts = urlsplit(world.servers.postgres)
    # By its socket there is nothing between them that could be cut.
    async with proxy_before(HOST, parts.port or 0, cut=cut) as proxy:
        host, port = proxy.address
        through = f"{parts.username}:{parts.password}@{host}:{port}"
        yield proxy, urlunsplit((parts.scheme, through, parts.path, "", ""))


async def _both(world: World) -> tuple[Child, Child]:
    return await world.start(SPEAKER), await world.start(LISTENER)


async def more_answers(clients: Clients, more: int) -> None:
    """Wait until some more got their answers."""
    enough = clients.answered + more

    async def reached() -> bool:
        return clients.answered >= enough

    await until(reached, seconds=REACTION_SECONDS)


async def more_heard(world: World, more: int) -> None:
    """Wait until the other service has applied some more."""
    enough = await world.listening.heard(world.speaker.topic) + more

    async def reached() -> bool:
        return await world.listening.heard(world.speaker.topic) >= enough

    await until(reached, seconds=REACTION_SECONDS)


async def kill_speaker(world: World, clients: Clients, chance: Random) -> None:
    """SIGKILL, somewhere on the way."""
    speaker, _ = await _both(world)
    async with asking(clients, speaker):
        await more_answers(clients, chance.randint(1, 60))
        await speaker.kill()


async def kill_listener(world: World, clients: Clients, chance: Random) -> None:
    """SIGKILL, somewhere on the way, and another takes its place."""
    speaker, listener = await _both(world)
    async with asking(clients, speaker):
        await more_heard(world, chance.randint(1, 60))
        await listener.kill()
        await world.start(LISTENER)
        await more_answers(clients, 5)


async def pause_relay(world: World, clients: Clients, chance: Random) -> None:
    """SIGSTOP on the way out; another relay takes over; then the first one wakes as a zombie."""
    point = chance.choice(["claimed", "before-send", "half-sent", "acknowledged"])
    await world.start(LISTENER)
    zombie = await world.start(SPEAKER, STOP_AT=f"relay.{point}")
    before = clients_of(world, f"{clients.run}/before", chance)
    async with asking(before, zombie):
        await until(lambda: _stands_still(zombie), seconds=REACTION_SECONDS)
        before.stop()
        heir = await world.start(SPEAKER)
        async with asking(clients, heir):
            await more_answers(clients, 20)
        await until(world.relayed_all, seconds=REACTION_SECONDS)
        sent = await world.sent()
        zombie.program.signal(signal.SIGCONT)
    if point != "acknowledged":
        await until(lambda: _more_sent(world, sent), seconds=REACTION_SECONDS)


async def pause_listener(world: World, clients: Clients, chance: Random) -> None:
    """SIGSTOP with a batch in hand; its partitions go to another; then it wakes as a zombie."""
    point = chance.choice(["assigned", "fetched", "held", "before-commit"])
    speaker = await world.start(SPEAKER)
    zombie = await world.start(LISTENER, STOP_AT=f"elsewhere.{point}")
    async with asking(clients, speaker):
        await until(lambda: _stands_still(zombie), seconds=REACTION_SECONDS)
    await world.start(LISTENER)
    if point in {"held", "before-commit"}:
        await until(world.listening.somebody_waits, seconds=REACTION_SECONDS)
    else:
        await until(world.relayed_all, seconds=REACTION_SECONDS)
        await world.heard_all()
    zombie.program.signal(signal.SIGCONT)
    async with asking(clients_of(world, f"{clients.run}/after", chance), speaker):
        await more_heard(world, 20)


async def cut_answers(world: World, clients: Clients, chance: Random) -> None:
    """The connection is cut when the answer to a commit is on its way."""
    begun = asyncio.Event()

    def cut(said: bytes) -> bool:
        committed = any(word in said for word in COMMITTED)
        return begun.is_set() and committed and chance.random() < CUT_SHARE

    async with _before_postgres(world, cut) as (proxy, url):
        speaker = await world.start(SPEAKER, DATABASE_URL=url)
        await world.start(LISTENER, DATABASE_URL=url)

        async def enough() -> bool:
            return proxy.cuts >= CUTS

        async with asking(clients, speaker):
            # Who cannot even start is started again by whoever watches over it; not so here.
            await more_heard(world, 1)
            begun.set()
            await until(enough, seconds=REACTION_SECONDS)
        await world.end_children()


async def cut_backends(world: World, clients: Clients, chance: Random) -> None:
    """PostgreSQL ends half of the connections of both services, again and again."""
    speaker, _ = await _both(world)
    async with asking(clients, speaker):
        for _ in range(5):
            await more_answers(clients, chance.randint(1, 10))
            await world.speaking.cut(0.5)
            await world.listening.cut(0.5)


async def churn_group(world: World, clients: Clients, chance: Random) -> None:
    """Members of the consumer group come and go, by their own will or not."""
    speaker, member = await _both(world)
    async with asking(clients, speaker):
        for _ in range(3):
            await more_heard(world, chance.randint(1, 20))
            newcomer = await world.start(LISTENER)
            await more_heard(world, chance.randint(1, 20))
            await (member.kill() if chance.random() < 0.3 else member.end())
            member = newcomer


async def stop_postgres(world: World, clients: Clients, chance: Random) -> None:
    """An immediate stop under load: no checkpoint, recovery at the next start."""
    postgres, _ = world.servers.own
    speaker, _ = await _both(world)
    async with asking(clients, speaker):
        await more_answers(clients, chance.randint(1, 40))
        # QUIT is PostgreSQL's immediate shutdown.
        await asyncio.to_thread(postgres.stop, signal.SIGQUIT)
        await asyncio.to_thread(postgres.start)
        await more_answers(clients, 10)


async def stop_kafka(world: World, clients: Clients, chance: Random) -> None:
    """The broker is killed; commands are answered meanwhile; then it is started again."""
    _, kafka = world.servers.own
    speaker, _ = await _both(world)
    async with asking(clients, speaker):
        await more_answers(clients, chance.randint(1, 40))
        await asyncio.to_thread(kafka.stop, signal.SIGKILL)
        await more_answers(clients, 10)
        await asyncio.to_thread(kafka.start)
        await more_answers(clients, 10)


FAULTS: Mapping[str, Fault] = {
    "speaker.killed": kill_speaker,
    "listener.killed": kill_listener,
    "relay.paused": pause_relay,
    "listener.paused": pause_listener,
    "answers.cut": cut_answers,
    "backends.cut": cut_backends,
    "group.churned": churn_group,
    "postgres.stopped": stop_postgres,
    "kafka.stopped": stop_kafka,
}
ALONE = ("postgres.stopped", "kafka.stopped")
"""These hit everybody who stands on the same servers, so nobody else may run meanwhile."""
