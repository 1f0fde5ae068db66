"""Whom the local platform tells which secret: a service its own, and the superuser's nobody."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from events.sourcing.ledger.keys import pem_of, read_signer
from events.sourcing.settings import read_database_url, read_settings
from infra.local.carriers import known_addresses
from infra.local.places import Places
from infra.local.ports import discovered_services, port_table
from infra.local.secrets import main as make_secrets
from infra.local.secrets import secret_text
from infra.local.services import WORKER, service_programs
from infra.local.told import module_told, operators_told, programs_told

PORTS = port_table(discovered_services(), 8100)
OUTSIDE = {"DATABASE_URL": "postgresql://admin:admins-own@db.example:5432/"}


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(local=tmp_path)


@pytest.fixture(autouse=True)
def _nothing_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "KAFKA_BOOTSTRAP_SERVERS", "DATABASE_PASSWORD_FILE"):
        monkeypatch.delenv(name, raising=False)


def environments(
    places: Places, outside: Mapping[str, str] = {}
) -> Iterator[tuple[str, Mapping[str, str]]]:
    """What each program finds in its environment."""
    told = programs_told(places, PORTS, known_addresses(places, PORTS, outside))
    for program in service_programs(places, PORTS):
        yield program.name, {**told, **program.environment}


def secrets_in(told: Mapping[str, str]) -> set[str]:
    """The environment's values, and what the files say that it names."""
    files = [Path(value) for value in told.values() if Path(value).is_file()]
    return {*told.values(), *(file.read_bytes().decode("latin-1") for file in files)}


def test_no_program_is_told_the_superusers_password(places: Places) -> None:
    password = secret_text(places.secrets, "postgres")
    for name, told in environments(places):
        assert not any(password in value for value in secrets_in(told)), name
    # The control: whoever prepares the databases is told.
    addresses = known_addresses(places, PORTS, {})
    assert password in operators_told(places, PORTS, addresses)["DATABASE_URL"]


def test_the_same_holds_for_a_server_outside(places: Places) -> None:
    for name, told in environments(places, OUTSIDE):
        assert not any("admins-own" in value for value in secrets_in(told)), name
        if name != WORKER:
            found = read_settings(name, told).database_url
            assert found.endswith("@db.example:5432/")
            assert "admin" not in found.partition("@")[0]


def test_each_service_is_told_a_password_and_a_signing_key_of_its_own(places: Places) -> None:
    told = {name: env for name, env in environments(places) if name != WORKER}
    passwords = {read_database_url(env) for env in told.values()}
    keys = {Path(env["HEAD_KEY_FILE"]).read_bytes() for env in told.values()}
    assert len(passwords) == len(keys) == len(told) == len(discovered_services())
    assert {Path(env["HEAD_KEY_FILE"]).stat().st_mode & 0o777 for env in told.values()} == {0o600}


def test_a_stream_worker_signs_in_nowhere_and_signs_nothing(places: Places) -> None:
    told = dict(environments(places))[WORKER]
    assert not {"DATABASE_PASSWORD_FILE", "HEAD_KEY_FILE"} & told.keys()


def test_a_module_of_a_service_is_told_as_much_as_the_service(places: Places) -> None:
    own, everybody = module_told(places, "services.policy"), dict(environments(places))
    assert own["DATABASE_PASSWORD_FILE"] == everybody["policy"]["DATABASE_PASSWORD_FILE"]
    assert own["DATABASE_URL"] == everybody["policy"]["DATABASE_URL"]


def test_who_verifies_is_told_the_public_keys_and_no_private_one(places: Places) -> None:
    told = module_told(places, "events.sourcing.verify")
    assert "HEAD_KEY_FILE" not in told
    handed_out = Path(told["HEAD_KEYS"])
    for name, env in environments(places):
        if name != WORKER:
            public = read_signer(Path(env["HEAD_KEY_FILE"])).public
            assert (handed_out / f"{name}.pem").read_bytes() == pem_of(public)


def test_a_deployment_gets_every_secret_once_and_for_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "made" / "secrets"
    make_secrets(folder)
    files = {file.relative_to(folder): file for file in folder.rglob("*") if file.is_file()}
    before = {name: file.read_bytes() for name, file in files.items()}
    make_secrets(folder)
    assert {name: file.read_bytes() for name, file in files.items()} == before
    assert {file.stat().st_mode & 0o777 for file in files.values()} == {0o600}
    assert {path.stat().st_mode & 0o777 for path in folder.rglob("*") if path.is_dir()} == {0o700}
    assert len(set(before.values())) == len(before) == 3 + 3 * len(discovered_services())
