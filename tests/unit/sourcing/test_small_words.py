"""Time, failures and settings, each by itself."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError

from contracts.sample import NOON
from events.sourcing.clock import SimulatedClock, legal_day, real_clock, shifted_clock
from events.sourcing.database import service_url
from events.sourcing.environment import Misconfigured
from events.sourcing.keyring import read_kek
from events.sourcing.settings import read_settings
from events.sourcing.transient import is_connection_lost, is_transient
from events.sourcing.types import Conflict, Overloaded, category_of

ENV = {
    "DATABASE_URL": "postgresql://u:p@db:5432/",
    "KAFKA_BOOTSTRAP_SERVERS": "k:9092",
    "CONCORD_SECRET": "s",
    "KEK_FILE": "/kek",
}


def test_a_legal_day_begins_at_midnight_in_shanghai() -> None:
    assert legal_day(datetime(2026, 2, 28, 15, 59, tzinfo=UTC)) == date(2026, 2, 28)
    assert legal_day(datetime(2026, 2, 28, 16, 0, tzinfo=UTC)) == date(2026, 3, 1)


def test_a_shifted_clock_runs_on_from_its_start() -> None:
    now = datetime.now(UTC)
    clock = shifted_clock(NOON, since=now)
    assert timedelta(0) <= clock() - NOON < timedelta(minutes=1)


def test_a_simulated_clock_stands_until_it_is_moved() -> None:
    clock = SimulatedClock(NOON)
    clock.advance(timedelta(hours=1))
    assert (clock(), clock()) == (NOON + timedelta(hours=1),) * 2


@given(st.text(alphabet="abcdefgh", min_size=1), st.text())
def test_a_category_stands_before_the_first_hyphen(category: str, rest: str) -> None:
    assert category_of(f"{category}-{rest}") == category


@pytest.mark.parametrize(
    ("failure", "transient", "lost"),
    [
        (ConnectionResetError(), True, True),
        (TimeoutError(), True, True),
        (asyncpg.InterfaceError("closed"), True, True),
        (asyncpg.InternalClientError("gone"), True, True),
        (asyncpg.CannotConnectNowError("starting up"), True, True),
        (asyncpg.DeadlockDetectedError("deadlock"), True, True),
        (DBAPIError("s", None, asyncpg.AdminShutdownError("bye")), True, True),
        (DBAPIError("s", None, asyncpg.UniqueViolationError("twice")), False, False),
        (asyncpg.UniqueViolationError("twice"), False, False),
        (Conflict("note-1", expected=0, actual=1), True, False),
        (Overloaded(), True, False),
        (ValueError("wrong"), False, False),
    ],
)
def test_what_passes_by_itself_is_told_from_what_does_not(
    failure: Exception, *, transient: bool, lost: bool
) -> None:
    assert (is_transient(failure), is_connection_lost(failure)) == (transient, lost)


@pytest.mark.parametrize("missing", ENV)
def test_a_missing_setting_is_named(missing: str) -> None:
    with pytest.raises(Misconfigured, match=missing):
        read_settings("registry", {name: value for name, value in ENV.items() if name != missing})


def test_the_clock_is_shifted_alike_in_every_process() -> None:
    start = "2026-03-02T22:10:00+08:00@2026-01-01T00:00:00+00:00"
    clocks = [read_settings(name, ENV | {"CLOCK_START": start}).clock for name in ("a", "b")]
    assert abs(clocks[0]() - clocks[1]()) < timedelta(seconds=5)


@pytest.mark.parametrize(
    "start",
    [
        "2026-03-02T22:10:00+08:00",
        "2026-03-02T22:10:00+08:00@",
        "2026-03-02T22:10:00@2026-01-01T00:00:00+00:00",
        "2026-03-02T22:10:00+08:00@2026-01-01T00:00:00",
        "tonight@2026-01-01T00:00:00+00:00",
    ],
)
def test_a_clock_that_a_restart_would_set_back_is_refused_with_what_to_set(start: str) -> None:
    with pytest.raises(Misconfigured, match="CLOCK_START") as refused:
        read_settings("registry", ENV | {"CLOCK_START": start})
    if start == "2026-03-02T22:10:00+08:00":
        remedy = str(refused.value).rpartition(" ")[2]
        assert read_settings("registry", ENV | {"CLOCK_START": remedy}).clock is not real_clock


def test_every_service_folder_with_an_address_is_a_neighbour_and_nothing_else_is() -> None:
    told = {"REGISTRY_URL": "http://r", "OPS_URL": "http://o", "PROXY_URL": "http://p"}
    assert read_settings("ops", ENV | told).peers == {"registry": "http://r", "ops": "http://o"}


def test_each_service_has_its_own_database_and_roles() -> None:
    url = service_url("postgresql://postgres:p@db:5432/", service="policy", role="app")
    assert url == "postgresql://policy_app:p@db:5432/concord_policy"


def test_a_key_of_another_length_is_refused(tmp_path: Path) -> None:
    (tmp_path / "kek").write_bytes(b"short")
    with pytest.raises(ValueError, match="exactly 32 bytes"):
        read_kek(tmp_path / "kek")
