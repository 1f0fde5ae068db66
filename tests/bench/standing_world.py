"""Every encoded policy, and after them as many synthetic talents as there is time for."""

import asyncio
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from events.sourcing.yaml_files import read_yaml_file
from infra.world.client import Client
from infra.world.load import DATA, establish, policy_files, publish
from infra.world.people import Person, people
from tests.bench.figures import say
from tests.bench.platform import SECRET, Platform

AT_ONCE = 24
PATIENCE_SECONDS = 15


@dataclass(frozen=True, slots=True)
class Known:
    """A registered talent, and what was stated last of each fact."""

    talent_id: str
    facts: dict[str, Any] = field(default_factory=dict)


async def settle(place: Platform, how_many: int, *, until: float) -> list[Known]:
    """Those who could be registered until then; their answers rest on every policy.

    The policies come first: each of them would otherwise be followed by a round over everybody.
    """
    addresses = {name: f"http://127.0.0.1:{port}" for name, port in place.ports.items()}
    client = Client(secret=SECRET.encode(), urls=addresses)
    async with client.http:
        say("standing: publishing the policies")
        for body in read_yaml_file(DATA / "vocabulary/bodies.yaml")["bodies"]:
            await establish(client, body)
        await _published(client)
        await _caught_up(client)
        say(f"standing: registering {how_many} talents")
        talents = await _registered(client, islice(people(), how_many), until)
        say(f"standing: waiting until {len(talents)} are assessed")
        await _caught_up(client)
    return talents


async def _published(client: Client) -> None:
    turns = asyncio.Semaphore(AT_ONCE)

    async def one(file: tuple[str, str]) -> None:
        async with turns:
            await publish(client, *file)

    await asyncio.gather(*map(one, policy_files("policies")))


async def _registered(client: Client, persons: Iterable[Person], until: float) -> list[Known]:
    """A few in any case; nobody more is begun with once the time is over."""
    waiting = iter(persons)
    registered: list[Known] = []

    async def some() -> None:
        for person in waiting:
            registered.append(await _register(client, person))
            if time.perf_counter() > until:
                return

    await asyncio.gather(*[some() for _ in range(AT_ONCE)])
    return registered


async def _register(client: Client, person: Person) -> Known:
    answer = await client.post(
        "registry", "/talents", person.registration, key=f"{person.key}/register"
    )
    path = f"/talents/{answer['talent_id']}/facts"
    await client.post("registry", path, person.facts, key=f"{person.key}/facts")
    stated = {fact["name"]: fact["value"] for fact in person.facts["facts"]}
    return Known(answer["talent_id"], stated)


async def _caught_up(client: Client) -> None:
    """Every reader of both services has come to the end, unless that takes too long.

    What is measured then begins with a backlog, and shows it.
    """
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE_SECONDS):
            for service in client.urls:
                await client.get_when(service, "/health", _is_at_the_end)


def _is_at_the_end(health: dict[str, Any]) -> bool:
    behind = [reader["behind"] for reader in health["readers"].values()]
    return health["relayed_position"] == health["last_position"] and not any(behind)
