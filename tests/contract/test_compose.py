"""The production-like stack names only what exists: services, modules, topics, variables, files."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from events.sourcing.telemetry import TOKEN_HEADER
from infra.local.places import ROOT
from infra.local.ports import discovered_services, port_table

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
TOPICS: dict[str, Any] = yaml.safe_load(
    (ROOT / "infra/kafka/topics.yaml").read_text(encoding="utf-8")
)["topics"]
STARTED: dict[str, str] = {
    name: service["command"][2]
    for name, service in COMPOSE["services"].items()
    if service.get("command", [""])[0] == "python"
}
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


@pytest.mark.parametrize("variable", sorted(COMPOSE["x-environment"]))
def test_every_variable_is_read_by_the_code(variable: str) -> None:
    service = variable.removesuffix("_URL").lower()
    assert service in STARTED or variable in source_text()


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
    image = (ROOT / worker["build"]["dockerfile"]).read_text(encoding="utf-8")
    assert f"--owner=concord {folder}" in image


def test_links_to_ops_lead_to_where_browsers_find_it() -> None:
    environment, (published,) = COMPOSE["x-environment"], COMPOSE["services"]["ops"]["ports"]
    address = published.removesuffix(f":{environment['PORT']}")
    assert environment["OPS_PUBLIC_URL"] == f"http://{address}"


def test_the_collector_hands_on_the_token_that_ops_asks_for() -> None:
    text = (ROOT / "infra/otel/collector.yaml").read_text(encoding="utf-8")
    told: dict[str, Any] = yaml.safe_load(text)
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


def source_text() -> str:
    rooms = (ROOT / room for room in ("events", "services", "infra"))
    files = (file for room in rooms for file in room.rglob("*.py"))
    return "\n".join(file.read_text(encoding="utf-8") for file in files if _is_ours(file))


def _is_ours(file: Path) -> bool:
    # The local platform hands variables out; that alone does not make anybody read them.
    return not re.search(r"infra/local/", file.as_posix())
