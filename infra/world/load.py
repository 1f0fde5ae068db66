"""Loads the sample world through the services' own doors; loading it again changes nothing."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar

import msgspec

from events.sourcing.yaml_files import read_yaml_file
from infra.world.client import Client
from infra.world.demands import demands
from infra.world.people import HOW_MANY, Person, people

DATA = Path(__file__).parents[2] / "data"
AT_ONCE = 48

T = TypeVar("T")
Say = Callable[[str], None]


async def load(client: Client, say: Say, *, count: int = HOW_MANY) -> None:
    """Fill the services, and wait until they have made of it what follows."""
    await fill(client, say, count=count)
    async with step("standing evaluation and matching catch up", say):
        await _caught_up(client)


async def fill(client: Client, say: Say, *, count: int) -> None:
    """Bodies, policies, chains, demands and `count` synthetic people, in this order."""
    async with step("issuing bodies", say):
        for body in read_yaml_file(DATA / "vocabulary/bodies.yaml")["bodies"]:
            await establish(client, body)
    async with step("policies", say):
        for folder in ("policies", "demo/policies"):
            await _each(policy_files(folder), lambda file: publish(client, *file))
    async with step("industry chains", say):
        await _each(sorted((DATA / "chains").glob("*.yaml")), lambda p: chart(client, p))
    async with step("demands (synthetic)", say):
        await _each(list(enumerate(demands())), lambda d: raise_demand(client, *d))
    async with step(f"{count} synthetic people", say):
        await _each(list(islice(people(), count)), lambda p: register(client, p))


@asynccontextmanager
async def step(what: str, say: Say) -> AsyncIterator[None]:
    """Say what is being done, and how long it took."""
    began = monotonic()
    yield
    say(f"    {what} ({monotonic() - began:.1f} s)")


async def _each(things: Iterable[T], do: Callable[[T], Awaitable[object]]) -> None:
    """Do it for every thing, many at once; the first failure ends it."""
    waiting: Iterator[T] = iter(list(things))

    async def worker() -> None:
        for thing in waiting:
            await do(thing)

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(worker())


async def establish(client: Client, body: dict[str, Any]) -> None:
    said = {
        "body_id": body["id"],
        "name_zh": body["zh"],
        "name_en": body["en"],
        "level": body["level"],
        "parent_id": body.get("parent"),
        "region": body["region"],
    }
    await client.post("policy", "/bodies", said, key=key_of(f"world/body/{body['id']}", said))


async def publish(client: Client, name: str, document: str) -> None:
    body = {"document": document, "file": name}
    await client.post("policy", "/policies", body, key=key_of(f"world/policy/{name}", body))


def policy_files(folder: str) -> list[tuple[str, str]]:
    """Each policy file's name and text."""
    files = sorted((DATA / folder).glob("*.yaml"))
    return [(file.name, file.read_text(encoding="utf-8")) for file in files]


async def chart(client: Client, path: Path) -> None:
    chain = read_yaml_file(path)
    key = key_of(f"world/chain/{path.stem}", chain)
    await client.post("matching", "/chains", chain, key=key)


async def raise_demand(client: Client, number: int, demand: dict[str, Any]) -> None:
    key = key_of(f"world/demand/{number}", demand)
    await client.post("matching", "/demands", demand, key=key)


async def register(client: Client, person: Person) -> None:
    # A number is registered once, so this key alone must not change with what is said.
    key = f"{person.key}/register"
    answer = await client.post("registry", "/talents", person.registration, key=key)
    path = f"/talents/{answer['talent_id']}"
    key = key_of(f"{person.key}/facts", person.facts)
    await client.post("registry", f"{path}/facts", person.facts, key=key)
    for nth, tier in enumerate(person.tiers):
        key = key_of(f"{person.key}/tier/{nth}", tier)
        await client.post("registry", f"{path}/tiers", tier, key=key)


def key_of(what: str, body: object) -> str:
    """What was edited since is another command; the service says what it makes of it."""
    digest = hashlib.sha256(msgspec.json.encode(body)).hexdigest()
    return f"{what}/{digest[:16]}"


async def _caught_up(client: Client) -> None:
    """Wait until no reader of any service is behind."""
    for service in ("registry", "policy", "matching"):
        await client.get_when(service, "/health", _nobody_behind)


def _nobody_behind(health: dict[str, Any]) -> bool:
    readers = health["readers"].values()
    return health["relayed_position"] == health["last_position"] and all(
        reader["behind"] == 0 for reader in readers
    )
