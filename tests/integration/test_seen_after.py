"""A read waits for what a receipt names, a position or `stream@version`, or says it is stale."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from events.edge import receipts
from events.sourcing.clock import LEGAL_ZONE, SimulatedClock
from tests.support.concierge import Asker, open_desk, own_settings, talent

NIGHT = datetime(2026, 9, 30, 23, 10, tzinfo=LEGAL_ZONE)
HOUSING = {"topic": "housing", "subject": "公寓钥匙", "message": "今晚到，无法进门。"}
TICKETS = 20

Receipt = dict[str, Any]


def by_position(receipt: Receipt) -> str:
    return str(receipt["position"])


def by_version(receipt: Receipt) -> str:
    return f"{receipt['stream']}@{receipt['version']}"


@pytest.fixture
async def li(postgres_url: str, tmp_path: Path) -> AsyncIterator[Asker]:
    settings = await own_settings(postgres_url, tmp_path, SimulatedClock(NIGHT))
    async with open_desk(settings, NIGHT) as desk, desk.asks(talent("talent-li")) as asker:
        yield asker


async def writes_then_reads(li: Asker, place_of: Callable[[Receipt], str]) -> list[bool]:
    """Whether each of many tickets was read at once as stale."""
    found = list[bool]()
    for _ in range(TICKETS):
        opened = await li.done("/tickets", HOUSING)
        read = await li.get(f"/tickets/{opened['ticket_id']}", after=place_of(opened))
        found.append(not read.is_success or read.json()["stale"])
    return found


@pytest.mark.parametrize("place_of", [by_position, by_version])
async def test_who_writes_and_reads_at_once_sees_what_they_wrote(
    li: Asker, place_of: Callable[[Receipt], str]
) -> None:
    assert not any(await writes_then_reads(li, place_of))


async def test_without_looking_the_version_up_every_such_read_would_be_stale(
    li: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def as_it_is(_: object, stream: str, version: int) -> receipts.After:
        return receipts.After(stream=stream, version=version)

    monkeypatch.setattr(receipts, "at_home", as_it_is)
    assert all(await writes_then_reads(li, by_version))


async def test_a_version_that_has_not_happened_is_stale_and_so_is_another_services(
    li: Asker,
) -> None:
    opened = await li.done("/tickets", HOUSING)
    path = f"/tickets/{opened['ticket_id']}"
    for place in (f"{opened['stream']}@{opened['version'] + 1}", "talent-somebody@1"):
        await li.sees(path, after=opened["position"])
        assert (await li.sees(path, after=place))["stale"]


@pytest.mark.parametrize("place", ["ticket-1", "ticket-1@", "-3", "ticket-1@1@1", "Ticket-1@1"])
async def test_what_names_no_place_is_malformed(li: Asker, place: str) -> None:
    assert (await li.get("/tickets", after=place)).status_code == 422
