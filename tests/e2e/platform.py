"""A whole small platform for the browser: real services on free ports, a few people, the story."""

import asyncio
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from events.edge.pages.personas import read_personas
from events.sourcing.credentials import passwords_in, without_credentials
from events.sourcing.prepare import prepare
from infra.local.leash import end_with_parent
from infra.local.places import ROOT, Places
from infra.local.ports import discovered_services, free_port
from infra.local.program import Program, last_lines
from infra.local.secrets import database_passwords
from infra.local.services import WORKER, service_environment, service_programs
from infra.world.client import Client, Unanswered, client_from_environment
from infra.world.load import load
from infra.world.story import arrive
from tests.support.waiting import comes_true

SERVICES = discovered_services()
PEOPLE = 30
READY_SECONDS = 180


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """Where its pages are, and what its services are told."""

    environment: Mapping[str, str]

    def url(self, service: str) -> str:
        """The address of a service."""
        return self.environment[f"{service.upper()}_URL"]


@contextmanager
def platform_of_own(
    folder: Path, *, postgres_url: str, kafka_bootstrap: str, people: int = PEOPLE
) -> Iterator[Platform]:
    """Runs until the context ends; every process it started ends with it."""
    places = Places(local=folder)
    ports = {name: free_port() for name in (*discovered_services(), WORKER)}
    environment = {
        **os.environ,
        **service_environment(places, ports),
        "DATABASE_URL": without_credentials(postgres_url),
        "KAFKA_BOOTSTRAP_SERVERS": kafka_bootstrap,
    }
    passwords = passwords_in(database_passwords(places.secrets, SERVICES))
    asyncio.run(
        prepare(
            list(SERVICES),
            server_url=postgres_url,
            bootstrap=kafka_bootstrap,
            passwords=passwords,
        )
    )
    programs = service_programs(places, ports)
    with ExitStack() as stack:
        for program in programs:
            stack.enter_context(_running(program, environment, folder))
        _wait_until_ready(programs, folder)
        asyncio.run(_fill(client_from_environment(environment), people))
        yield Platform(environment=environment)


async def _fill(client: Client, people: int) -> None:
    """The sample world with few people, and the three of the story with their answers."""
    async with client.http:
        await load(client, _silent, count=people)
        await arrive(client, _silent)
        await asyncio.gather(*(_judged(client, talent_id) for talent_id in _talents()))


def _talents() -> list[str]:
    return [one.actor.talent_id for one in read_personas() if one.actor.talent_id]


async def _judged(client: Client, talent_id: str) -> None:
    """Wait until the policy service has answered for everything that is known of a talent."""
    # On a loaded machine its own read model may still be on the way.
    file = await client.get_when("registry", f"/talents/{talent_id}", lambda _: True)
    seen = f"talent-{talent_id}@{file['version']}"
    async with asyncio.timeout(READY_SECONDS):
        while True:
            try:
                answer = await client.get("policy", f"/entitlements/{talent_id}", after=seen)
            except Unanswered:
                continue  # Not judged at all yet; the service itself has waited a little.
            if not answer["stale"]:
                return


def _silent(_: str) -> None:
    """The tests have their own output."""


@contextmanager
def _running(program: Program, environment: Mapping[str, str], folder: Path) -> Iterator[None]:
    with _log(folder, program).open("wb") as output:
        process = subprocess.Popen(
            program.command,
            cwd=ROOT,
            env={**environment, **program.environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=end_with_parent,  # noqa: PLW1509 - this process has no threads yet
        )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(program.stops_within)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(programs: Sequence[Program], folder: Path) -> None:
    for program in programs:
        if not comes_true(program.is_ready, seconds=READY_SECONDS):
            log = last_lines(_log(folder, program))
            raise RuntimeError(f"{program.name} did not start:\n{log}")


def _log(folder: Path, program: Program) -> Path:
    return folder / f"{program.name}.log"
