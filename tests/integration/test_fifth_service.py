"""A fifth service by recipe: CONTRIBUTING.md is followed in a copy of the tree, and all holds.

Laws, import rules and contract checks cover the newcomer without an edit; broken on purpose, it is
caught by the same ones.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from difflib import ndiff
from functools import partial
from pathlib import Path

import httpx
import pytest
from aiokafka import AIOKafkaConsumer

from events.edge.identity import Actor, SignedTokens
from infra.check.__main__ import CHECKS
from infra.local.ports import free_port
from tests.support.kernel import until
from tests.support.newcomer import (
    NEIGHBOUR,
    NEWCOMER,
    Newcomer,
    files_of,
    functions_about,
    made_by_the_recipe,
)
from tests.support.recipe import broken, missing, pytest_in, run_in, started_in

HERE = "services/reception"
EDITED = {"docker-compose.yml", "infra/kafka/topics.yaml"}
WRITTEN_AGAIN = {"contracts/asyncapi.yaml", "contracts/released/digests.txt"}
# These would look at the whole tree, which `make check` does already; the others always do.
ONLY_THE_NEW = {"format", "lint", "types", "spelling"}

LAWS = "tests/laws/test_catalog.py::test_"
COMPOSE = "tests/contract/test_compose.py::test_"
CONTRACTS = "tests/contract/test_contracts.py::test_"
DECIDED = "tests/laws/test_decisions.py::test_a_decision_is_told_in_two_sentences"
REBUILT = "tests/laws/test_replay.py::test_a_read_model_deleted_and_built_again_is_the_same"

SECRET = b"only for this test"
FOUND = """\
from infra.local.places import places_here
from infra.local.ports import discovered_services, port_table
from infra.local.services import service_programs

ports = port_table(discovered_services(), 8100)
print(*(program.name for program in service_programs(places_here(), ports)))
"""
OPERATOR = Actor(subject="staff-2", roles=frozenset({"ops"}))
OFFICER = Actor(subject="staff-1", roles=frozenset({"concierge"}))
OPENING = {"name_zh": "一号窗口", "name_en": "Window 1"}


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory: pytest.TempPathFactory) -> Newcomer:
    return made_by_the_recipe(tmp_path_factory.mktemp("fifth") / "tree")


def test_nothing_that_stands_is_edited_but_two_lists(newcomer: Newcomer) -> None:
    after = files_of(newcomer.tree)
    changed = {name for name, said in newcomer.before.items() if after.get(name) != said}
    assert changed == EDITED | WRITTEN_AGAIN
    for name in EDITED:
        stood, stands = newcomer.before[name].decode(), after[name].decode()
        lines = [line for line in ndiff(stood.splitlines(), stands.splitlines()) if line[0] != " "]
        assert {line[0] for line in lines} == {"+"}
        assert NEWCOMER.search("".join(lines))


def test_every_law_and_contract_that_knows_a_neighbour_knows_the_newcomer(
    newcomer: Newcomer,
) -> None:
    neighbours = functions_about(newcomer.every, NEIGHBOUR)
    assert {REBUILT, f"{LAWS}every_category_has_its_topic"} <= neighbours
    knowing = functions_about(newcomer.gained, NEWCOMER)
    # The recipe begins with a decision, and a law reads those; no decision is named after feeds.
    assert [one for one in knowing - neighbours if not one.startswith(DECIDED)] == []
    assert neighbours <= knowing


def test_a_law_that_lists_the_services_by_hand_would_show(newcomer: Newcomer) -> None:
    by_hand = "tests/laws/test_listed.py::test_listed"
    every = newcomer.every | {f"{by_hand}[registry]", f"{by_hand}[feeds]"}
    knowing = functions_about(newcomer.gained, NEWCOMER)
    assert functions_about(every, NEIGHBOUR) - knowing == {by_hand}


def test_each_of_them_passes(newcomer: Newcomer) -> None:
    of_all = {one for one in newcomer.every if "[" not in one}
    asked = newcomer.gained | of_all
    done = pytest_in(newcomer.tree, *sorted(asked), "tests/unit/reception")
    assert done.returncode == 0, done.stdout
    passed = set(re.findall(r"^PASSED (.+)$", done.stdout, re.MULTILINE))
    assert asked <= passed
    assert any(one.startswith("tests/unit/reception/") for one in passed)


@pytest.mark.parametrize("name", CHECKS)
def test_what_make_check_runs_passes(newcomer: Newcomer, name: str) -> None:
    command: Sequence[str] = CHECKS[name]
    if name in ONLY_THE_NEW:
        command = [*(word for word in command if word != "."), *newcomer.modules()]
    done = run_in(newcomer.tree, *command)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("file", "old", "new", "caught_by"),
    [
        pytest.param(
            f"{HERE}/projection.py",
            "            yield row.on_conflict_do_nothing()",
            "            if e.window_id not in open_window.info:\n"
            "                open_window.info[e.window_id] = True\n"
            "                yield row.on_conflict_do_nothing()",
            f"{REBUILT}[reception]",
            id="a projection that remembers",
        ),
        pytest.param(
            f"{HERE}/domain.py",
            "return Closed()\n",
            'raise Refused("window-not-open")\n',
            f"{LAWS}a_state_takes_each_of_its_events_after_any_other[window]",
            id="a state with a rule",
        ),
        pytest.param(
            f"{HERE}/publish.py",
            ', "closed_at")',
            ")",
            f"{LAWS}what_leaves_can_be_read_again[reception-WindowClosed]",
            id="a field that was forgotten",
        ),
        pytest.param(
            "events/catalog/window.py",
            "NAMES: dict[str, type] = {\n",
            "class WindowMoved(WindowClosed):\n"
            '    """Nobody decides it."""\n\n\n'
            'NAMES: dict[str, type] = {\n    "window.moved.v1": WindowMoved,\n',
            f"{LAWS}every_event_has_one_speaker_that_says_what_leaves_of_it",
            id="a name that nobody publishes",
        ),
        pytest.param(
            "infra/kafka/topics.yaml",
            "  window.events: ",
            "  windows.events: ",
            f"{LAWS}every_category_has_its_topic[window]",
            id="no topic",
        ),
        pytest.param(
            f"{HERE}/app.py",
            '"""The reception, put together."""\n',
            "",
            f"tests/laws/test_docstrings.py::test_a_module_says_what_it_is_for[{HERE}/app.py]",
            id="a module that says nothing",
        ),
        pytest.param(
            "docker-compose.yml",
            '    command: ["python", "-m", "services.reception"]\n',
            "",
            f"{COMPOSE}every_service_of_the_house_is_in_the_stack[reception]",
            id="not in the stack",
        ),
    ],
)
def test_broken_on_purpose_it_is_caught(
    newcomer: Newcomer, file: str, old: str, new: str, caught_by: str
) -> None:
    with broken(newcomer.tree, file, old, new):
        assert_fails(newcomer, caught_by)


@pytest.mark.parametrize(
    ("file", "caught_by"),
    [
        (
            "contracts/events/window.opened.v1.json",
            f"{CONTRACTS}the_committed_contracts_are_those_of_the_code",
        ),
        (
            "tests/contract/golden/window.opened.v1.json",
            "tests/contract/test_golden.py::test_every_stored_name_has_its_sample",
        ),
    ],
)
def test_a_promise_that_was_not_written_down_is_missed(
    newcomer: Newcomer, file: str, caught_by: str
) -> None:
    with missing(newcomer.tree, file):
        assert_fails(newcomer, caught_by)


def assert_fails(newcomer: Newcomer, test: str) -> None:
    assert test in newcomer.every
    done = pytest_in(newcomer.tree, test)
    assert done.returncode == 1, done.stdout
    assert f"FAILED {test}" in done.stdout


@pytest.mark.parametrize(
    ("file", "old", "new", "check", "said"),
    [
        pytest.param(
            f"{HERE}/domain.py",
            "from datetime import datetime\n",
            "import time\nfrom datetime import datetime\n",
            "imports",
            "services.reception.domain must not import time",
            id="a rule that imports the clock",
        ),
        pytest.param(
            f"{HERE}/domain.py",
            "opened_at=command.at,",
            "opened_at=datetime.now(),",
            "lint",
            "Time arrives in the command.",
            id="a rule that reads the clock",
        ),
        pytest.param(
            f"{HERE}/queries.py",
            "from sqlalchemy import select\n",
            "from sqlalchemy import select\n\nimport services.feeds.rows\n",
            "imports",
            "services.reception.queries -> services.feeds.rows",
            id="another service",
        ),
        pytest.param(
            f"{HERE}/api.py",
            "    name_en: Line\n",
            "    name_en: Line\n    note: Line\n",
            "contracts",
            "contracts/openapi/reception.json",
            id="a door that was changed unseen",
        ),
    ],
)
def test_what_make_check_runs_catches_it(
    newcomer: Newcomer, file: str, old: str, new: str, *, check: str, said: str
) -> None:
    with broken(newcomer.tree, file, old, new):
        done = run_in(newcomer.tree, *CHECKS[check])
    assert done.returncode == 1, done.stdout + done.stderr
    # The tools wrap their lines at the width of a terminal.
    assert said in " ".join(done.stdout.split())


def test_the_local_platform_starts_it_with_the_others(newcomer: Newcomer) -> None:
    (newcomer.tree / "found.py").write_text(FOUND, encoding="utf-8")
    try:
        found = run_in(newcomer.tree, "found")
    finally:
        (newcomer.tree / "found.py").unlink()
    assert found.returncode == 0, found.stderr
    assert {"reception", "registry", "ops-worker"} <= set(found.stdout.split())


@pytest.fixture
def told(postgres_url: str, kafka_bootstrap: str, tmp_path: Path) -> Mapping[str, str]:
    """What the newcomer and ops are told, as `make run` and the stack tell every service."""
    (tmp_path / "kek").write_bytes(bytes(32))
    return {
        "DATABASE_URL": postgres_url,
        "KAFKA_BOOTSTRAP_SERVERS": kafka_bootstrap,
        "CONCORD_SECRET": SECRET.decode(),
        "KEK_FILE": str(tmp_path / "kek"),
        "RECEPTION_URL": f"http://127.0.0.1:{free_port()}",
        "OPS_URL": f"http://127.0.0.1:{free_port()}",
    }


@contextmanager
def serving(newcomer: Newcomer, service: str, told: Mapping[str, str]) -> Iterator[str]:
    """Its address, for as long as it is served."""
    address = told[f"{service.upper()}_URL"]
    prepared = run_in(newcomer.tree, "events.sourcing.prepare", service, **told)
    assert prepared.returncode == 0, prepared.stderr
    own = {**told, "PORT": address.rpartition(":")[2]}
    with started_in(newcomer.tree, f"services.{service}", **own):
        yield address


@asynccontextmanager
async def asking(address: str, actor: Actor) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who waits until the service is well."""
    token = {"Authorization": f"Bearer {SignedTokens(SECRET).issue(actor)}"}
    async with httpx.AsyncClient(base_url=address, headers=token) as client:
        await until(partial(is_well, client))
        yield client


async def test_a_window_that_is_opened_is_listed_and_told(
    newcomer: Newcomer, told: Mapping[str, str]
) -> None:
    with serving(newcomer, "reception", told) as address:
        async with asking(address, OFFICER) as client:
            opened = await client.post("/windows/w-1/open", json=OPENING)
            after = {"after": opened.raise_for_status().json()["position"]}
            read = (await client.get("/windows", params=after)).raise_for_status().json()
            left = await first_record(told["KAFKA_BOOTSTRAP_SERVERS"], "window.events")
    (listed,) = read["windows"]
    assert (read["stale"], listed["window_id"]) == (False, "w-1")
    assert json.loads(left).items() >= (OPENING | {"window_id": "w-1"}).items()


async def test_operators_see_how_the_newcomer_stands(
    newcomer: Newcomer, told: Mapping[str, str]
) -> None:
    with serving(newcomer, "reception", told) as address, serving(newcomer, "ops", told) as ops:
        async with asking(address, OFFICER), asking(ops, OPERATOR) as operator:
            overview = (await operator.get("/api/overview")).raise_for_status().json()
    watched = {one["service"]: one["healthy"] for one in overview["services"]}
    assert watched == {"ops": True, "reception": True}


async def is_well(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/health")).is_success
    except httpx.TransportError:
        return False


async def first_record(bootstrap: str, topic: str) -> bytes:
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    try:
        async with asyncio.timeout(30):
            value: bytes = (await consumer.getone()).value
            return value
    finally:
        await consumer.stop()
