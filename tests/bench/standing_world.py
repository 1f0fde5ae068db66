"""Some thousand synthetic talents, and every encoded policy published after them."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import asyncpg

from events.sourcing.database import READ_MODELS, operator_url
from events.sourcing.yaml_files import read_yaml_file
from infra.world.client import Client
from infra.world.load import DATA, establish, policy_files, publish
from infra.world.people import Person, people
from tests.bench.figures import say
from tests.bench.platform import SECRET, Platform
from tests.support.kernel import until

AT_ONCE = 48
PATIENCE_SECONDS = 150
_ROUNDS_TO_COME = "SELECT count(*) FROM timer WHERE command_name = 'AssessEveryone'"
_ASSESSED = f"SELECT count(*) FROM {READ_MODELS}.entitlement"  # noqa: S608 - a name of ours


@dataclass(frozen=True, slots=True)
class Known:
    """A registered talent, and what was stated last of each fact."""

    talent_id: str
    facts: dict[str, Any] = field(default_factory=dict)


async def settle(place: Platform, how_many: int) -> list[Known]:
    """Everybody is registered and has an answer that rests on every policy."""
    addresses = {name: f"http://127.0.0.1:{port}" for name, port in place.ports.items()}
    client = Client(secret=SECRET.encode(), urls=addresses)
    async with client.http:
        for body in read_yaml_file(DATA / "vocabulary/bodies.yaml")["bodies"]:
            await establish(client, body)
        say(f"standing: registering {how_many} talents")
        talents = await _registered(client, islice(people(), how_many))
        await _none_behind(client)
        say("standing: publishing the policies")
        for file in policy_files("policies"):
            await publish(client, *file)
        say("standing: waiting until everybody is assessed")
        await _assessed(place, how_many)
        await _none_behind(client)
    return talents


async def _registered(client: Client, persons: Iterable[Person]) -> list[Known]:
    turns = asyncio.Semaphore(AT_ONCE)

    async def one(person: Person) -> Known:
        async with turns:
            return await _register(client, person)

    return await asyncio.gather(*map(one, persons))


async def _register(client: Client, person: Person) -> Known:
    answer = await client.post(
        "registry", "/talents", person.registration, key=f"{person.key}/register"
    )
    path = f"/talents/{answer['talent_id']}/facts"
    await client.post("registry", path, person.facts, key=f"{person.key}/facts")
    stated = {fact["name"]: fact["value"] for fact in person.facts["facts"]}
    return Known(answer["talent_id"], stated)


async def _assessed(place: Platform, how_many: int) -> None:
    address = operator_url(place.server_url, service="policy")
    connection = await asyncpg.connect(address)

    async def everybody() -> bool:
        to_come = int(await connection.fetchval(_ROUNDS_TO_COME))
        return to_come == 0 and int(await connection.fetchval(_ASSESSED)) >= how_many

    try:
        await until(everybody, seconds=PATIENCE_SECONDS, every=1)
    finally:
        await connection.close()


async def _none_behind(client: Client) -> None:
    """Every reader of both services has come to the end."""
    for service in client.urls:
        await client.get_when(service, "/health", _is_at_the_end)


def _is_at_the_end(health: dict[str, Any]) -> bool:
    behind = [reader["behind"] for reader in health["readers"].values()]
    return health["relayed_position"] == health["last_position"] and not any(behind)
