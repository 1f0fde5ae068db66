"""The production-like stack names only what exists: services, modules, topics, variables, files."""

import ast
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from events.sourcing.credentials import passwords_in
from events.sourcing.settings import known_services
from events.sourcing.telemetry import TOKEN_HEADER
from events.sourcing.yaml_files import read_yaml_file, read_yaml_text
from infra.local.places import ROOT
from infra.local.ports import discovered_services, port_table
from infra.local.secrets import ROLES
from infra.local.secrets import main as make_secrets

COMPOSE: dict[str, Any] = read_yaml_file(ROOT / "docker-compose.yml")
TOPICS: dict[str, Any] = read_yaml_file(ROOT / "infra/kafka/topics.yaml")["topics"]
STARTED: dict[str, str] = {
    name: service["command"][2]
    for name, service in COMPOSE["services"].items()
    if service.get("command", [""])[0] == "python"
}
SECRETS = "${CONCORD_SECRETS:?set CONCORD_SECRETS}"
VARIABLES = {name for service in STARTED for name in COMPOSE["services"][service]["environment"]}
BROKERS = [name for name in COMPOSE["services"] if name.startswith("kafka-")]


def test_there_are_three_brokers_and_one_collector() -> None:
    assert len(BROKERS) == 3
    assert "otel-collector" in COMPOSE["services"]


@pytest.mark.parametrize("module", STARTED.values())
def test_every_module_that_is_started_exists(module: str) -> None:
    path = ROOT.joinpath(*module.split("."))
    assert path.with_suffix(".py").exists() or (path / "__main__.py").exists()


@pytest.mark.parametrize("service", discovered_services())
def test_every_service_of_the_house_is_in_the_stack(service: str) -> None:
    assert STARTED[service] == f"services.{service}"


@pytest.mark.parametrize("service", STARTED)
def test_every_service_comes_from_the_one_image(service: str) -> None:
    assert COMPOSE["services"][service]["image"] == "concord"
    assert (ROOT / COMPOSE["services"][service]["build"]["dockerfile"]).exists()


@pytest.mark.parametrize("variable", sorted(VARIABLES))
def test_every_variable_is_read_by_the_code(variable: str) -> None:
    assert variable in variables_read()


def test_a_variable_that_only_sounds_like_one_that_is_read_is_noticed() -> None:
    assert {"PORT", "HOST", "KEK_FILE", "REGISTRY_URL"} <= variables_read()
    assert not {"POR", "REPORT", "LOCALHOST", "KEK", "SOMEBODY_URL"} & variables_read()


def test_the_collector_reads_what_it_is_told() -> None:
    told = COMPOSE["services"]["otel-collector"]["environment"]
    text = (ROOT / "infra/otel/collector.yaml").read_text(encoding="utf-8")
    assert set(told) == set(re.findall(r"\$\{env:(\w+)\}", text))


@pytest.mark.parametrize("service", discovered_services())
def test_every_service_can_be_found_by_the_others(service: str) -> None:
    assert COMPOSE["x-environment"][f"{service.upper()}_URL"] == f"http://{service}:8000"


@pytest.mark.parametrize("topic", [name for name in TOPICS if name.endswith(".events")])
def test_every_event_topic_belongs_to_a_category_of_the_catalog(topic: str) -> None:
    assert (ROOT / "events/catalog" / f"{topic.removesuffix('.events')}.py").exists()


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_says_what_it_is_and_how_long_it_is_kept(topic: str) -> None:
    entry = TOPICS[topic]
    assert entry["kept"] in {"forever", "compact"}
    assert entry["what"]
    assert entry["key"]
    assert entry["partitions"] >= 1


def test_the_stream_worker_writes_to_a_volume_of_its_own() -> None:
    worker = COMPOSE["services"]["ops-worker"]
    (volume,) = worker["volumes"]
    name, _, folder = volume.partition(":")
    assert name in COMPOSE["volumes"]
    assert worker["environment"]["OPS_WORKER_DATA"] == folder
    assert worker["environment"]["KEK_FILE"] == COMPOSE["x-environment"]["KEK_FILE"]
    assert folder in owned_folders()


@pytest.mark.parametrize("service", discovered_services())
def test_every_service_hands_its_heads_to_the_second_place(service: str) -> None:
    (volume,) = COMPOSE["services"][service]["volumes"]
    name, _, folder = volume.partition(":")
    assert name in COMPOSE["volumes"]
    assert COMPOSE["services"][service]["environment"]["HEADS_FOLDER"] == folder
    assert folder in owned_folders()


def owned_folders() -> list[str]:
    """What belongs to the image's user, and so do the volumes that are mounted there."""
    image = (ROOT / "infra/images/Dockerfile").read_text(encoding="utf-8")
    (line,) = [line for line in image.splitlines() if "--owner=concord" in line]
    return line.partition("--owner=concord")[2].split()


@pytest.mark.parametrize("service", discovered_services())
def test_every_service_is_given_its_own_secrets_and_nobody_elses(
    service: str, secrets: Path
) -> None:
    told = COMPOSE["services"][service]["environment"]
    given = secrets_of(service, secrets)
    assert given[told["DATABASE_PASSWORD_FILE"]] == secrets / "database" / f"{service}_app"
    assert given[told["HEAD_KEY_FILE"]] == secrets / "heads" / service
    assert given[told["KEK_FILE"]] == secrets / "kek"
    assert len(given) == 3
    assert all(file.is_file() for file in given.values())


def test_only_the_database_and_what_prepares_it_know_the_superusers_password(
    secrets: Path,
) -> None:
    holders = {
        name
        for name in COMPOSE["services"]
        if secrets / "postgres" in secrets_of(name, secrets).values()
    }
    assert holders == {"postgres", "prepare"}
    assert "POSTGRES_PASSWORD:" not in (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    server = urlsplit(COMPOSE["x-environment"]["DATABASE_URL"])
    assert (server.username, server.password) == (None, None)


def test_who_prepares_finds_a_password_for_every_role(secrets: Path) -> None:
    prepare = COMPOSE["services"]["prepare"]
    (mount, _) = prepare["volumes"]
    source, folder, how = mount.removeprefix(SECRETS).rsplit(":", 2)
    assert (folder, how) == (prepare["environment"]["DATABASE_PASSWORDS"], "ro")
    password_of = passwords_in(secrets / source.strip("/"))
    passwords = {password_of(f"{s}_{role}") for s in discovered_services() for role in ROLES}
    assert len(passwords) == 2 * len(discovered_services())
    assert "events.sourcing.prepare" in prepare["command"]


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder as the command makes it that stands at the top of the stack."""
    folder = tmp_path_factory.mktemp("secrets")
    make_secrets(folder)
    return folder


def secrets_of(name: str, folder: Path) -> dict[str, Path]:
    """Where a container finds each secret, and the file that it is."""
    found = {}
    for one in COMPOSE["services"][name].get("secrets", ()):
        source, target = (one, one) if isinstance(one, str) else (one["source"], one["target"])
        file = re.sub(r"^\$\{CONCORD_SECRETS[^}]*\}/", "", COMPOSE["secrets"][source]["file"])
        found[f"/run/secrets/{target}"] = folder / file
    return found


def test_links_to_ops_lead_to_where_browsers_find_it() -> None:
    environment, (published,) = COMPOSE["x-environment"], COMPOSE["services"]["ops"]["ports"]
    address = published.removesuffix(f":{environment['PORT']}")
    assert environment["OPS_PUBLIC_URL"] == f"http://{address}"


def test_the_collector_hands_on_the_token_that_ops_asks_for() -> None:
    text = (ROOT / "infra/otel/collector.yaml").read_text(encoding="utf-8")
    told: dict[str, Any] = read_yaml_text(text)
    (passed,) = told["extensions"]["headers_setter"]["headers"]
    assert passed["key"] == TOKEN_HEADER
    assert passed["from_context"] == TOKEN_HEADER.lower()
    assert told["processors"]["batch"]["metadata_keys"] == [TOKEN_HEADER.lower()]
    assert told["receivers"]["otlp"]["protocols"]["http"]["include_metadata"] is True
    assert told["exporters"]["otlphttp/ops"]["auth"]["authenticator"] == "headers_setter"
    assert told["service"]["extensions"] == ["headers_setter"]


def test_what_is_mounted_from_the_tree_exists() -> None:
    mounts = [
        mount.partition(":")[0]
        for service in COMPOSE["services"].values()
        for mount in service.get("volumes", ())
        if mount.startswith("./")
    ]
    assert mounts
    assert all((ROOT / mount).exists() for mount in mounts)


def test_every_service_of_the_local_table_exists() -> None:
    carriers = {"postgres", "kafka", "kafka-controller"}
    table = port_table(discovered_services(), 0)
    assert set(table) - carriers == set(STARTED) - {"prepare"}


@cache
def variables_read() -> frozenset[str]:
    """Every name that the code reads from its environment, and the addresses of services."""
    rooms = (ROOT / room for room in ("events", "services"))
    files = (file for room in rooms for file in room.rglob("*.py"))
    trees = (ast.parse(file.read_text(encoding="utf-8")) for file in files)
    named = {name for tree in trees for node in ast.walk(tree) for name in _read_here(node)}
    return frozenset(named | {f"{service.upper()}_URL" for service in known_services()})


def _read_here(node: ast.AST) -> list[str]:
    """`env["NAME"]`, `os.environ.get("NAME", …)`, `required(env, "NAME")`."""
    match node:
        case ast.Call():
            asked = [node.func, *node.args]
        case ast.Subscript():
            asked = [node.value, node.slice]
        case _:
            return []
    if not any(map(_is_environment, asked)):
        return []
    names = [one.value for one in asked if isinstance(one, ast.Constant)]
    return [name for name in names if isinstance(name, str)]


def _is_environment(asked: ast.expr) -> bool:
    match asked:
        case ast.Name(id="env") | ast.Attribute(attr="environ"):
            return True
        case ast.Attribute(value=value, attr="get"):
            return _is_environment(value)
        case _:
            return False
