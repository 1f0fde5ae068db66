"""One ticket over HTTP from opening to rating, on a real PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from events.sourcing.clock import LEGAL_ZONE, SimulatedClock
from services.concierge.terms import TOPICS
from tests.support.concierge import Asker, Desk, open_desk, own_settings, staff, talent

NIGHT = datetime(2026, 9, 30, 23, 10, tzinfo=LEGAL_ZONE)
HOUSING = {"topic": "housing", "subject": "公寓钥匙", "message": "今晚到，无法进门。"}


@pytest.fixture
async def desk(postgres_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    settings = await own_settings(postgres_url, tmp_path, SimulatedClock(NIGHT))
    async with open_desk(settings, NIGHT) as running:
        yield running


@pytest.fixture
async def li(desk: Desk) -> AsyncIterator[Asker]:
    async with desk.asks(talent("talent-li")) as asker:
        yield asker


@pytest.fixture
async def wang(desk: Desk) -> AsyncIterator[Asker]:
    async with desk.asks(talent("talent-wang")) as asker:
        yield asker


@pytest.fixture
async def clerk(desk: Desk) -> AsyncIterator[Asker]:
    async with desk.asks(staff("concierge-chen")) as asker:
        yield asker


async def test_a_night_request_before_the_holiday_is_followed_to_its_rating(
    desk: Desk, li: Asker, clerk: Asker
) -> None:
    ticket_id = (await li.done("/tickets", HOUSING))["ticket_id"]
    path = f"/tickets/{ticket_id}"
    await clerk.done(f"{path}/accept")
    desk.clock.advance(timedelta(minutes=12))
    await clerk.done(f"{path}/answer", {"answer": "管理员十分钟后到。"})
    desk.clock.advance(timedelta(hours=1))
    await clerk.done(f"{path}/resolve", {"resolution": "已入住。"})
    receipt = await li.done(f"{path}/rate", {"stars": 5, "comment": "谢谢"})

    seen = await li.sees(path, after=receipt["position"])

    assert not seen["stale"]
    assert [entry["code"] for entry in seen["timeline"]] == [
        "opened",
        "accepted",
        "answered",
        "resolved",
        "rated",
    ]
    assert [clock["state"] for clock in seen["ticket"]["clocks"]] == ["met", "met"]
    assert seen["ticket"]["state"] == "rated"
    assert seen["message"] == HOUSING["message"]


async def test_the_calculation_is_told_day_by_day(desk: Desk, li: Asker) -> None:
    opened = await li.done("/tickets", HOUSING)
    seen = await li.sees(f"/tickets/{opened['ticket_id']}", after=opened["position"])

    first_response, resolution = seen["calculations"]

    assert first_response["amount"] == 30
    assert resolution["calendar_version"] == "china-2026.1"
    assert [(step["day"], step["kind"]) for step in resolution["steps"] if step["counted"]] == [
        ("2026-10-08", "workday"),
        ("2026-10-09", "workday"),
        ("2026-10-10", "make-up-workday"),
    ]
    assert sum(step["kind"] == "public-holiday" for step in resolution["steps"]) == 7


async def test_the_queue_shows_the_first_promise_to_break_first(
    desk: Desk, li: Asker, wang: Asker, clerk: Asker
) -> None:
    slow = await li.done("/tickets", HOUSING)
    fast = await wang.done("/tickets", {**HOUSING, "topic": "urgent-help"})
    seen = await clerk.sees("/tickets", after=fast["position"])

    assert [t["ticket_id"] for t in seen["tickets"]] == [fast["ticket_id"], slow["ticket_id"]]
    assert seen["figures"] == {"waiting": 2, "in_hand": 0, "close": 0, "breached": 0}


async def test_the_figures_follow_the_clock(desk: Desk, li: Asker, clerk: Asker) -> None:
    opened = await li.done("/tickets", HOUSING)
    desk.clock.advance(timedelta(minutes=25))
    close = await clerk.sees("/tickets", after=opened["position"])
    desk.clock.advance(timedelta(minutes=6))
    broken = await clerk.sees("/tickets")

    assert close["figures"]["close"] == 1
    assert broken["figures"]["breached"] == 1
    assert broken["tickets"][0]["clocks"][0]["state"] == "breached"


async def test_the_queue_is_read_page_by_page_without_a_ticket_twice_or_missing(
    desk: Desk, li: Asker, clerk: Asker
) -> None:
    opened = [await li.done("/tickets", HOUSING) for _ in range(5)]
    seen: list[str] = []
    params: dict[str, Any] = {"after": opened[-1]["position"], "limit": 2}
    while True:
        page = await clerk.sees("/tickets", **params)
        seen += [t["ticket_id"] for t in page["tickets"]]
        if page["next"] is None:
            break
        params = {"limit": 2, "cursor": page["next"]}

    assert sorted(seen) == sorted(one["ticket_id"] for one in opened)


async def test_a_talent_sees_only_their_own_tickets(desk: Desk, li: Asker, wang: Asker) -> None:
    theirs = await li.done("/tickets", HOUSING)

    listed = await wang.sees("/tickets", after=theirs["position"])
    one = await wang.get(f"/tickets/{theirs['ticket_id']}", after=theirs["position"])
    asked_for = await wang.get("/tickets", talent_id="talent-li")

    assert (listed["tickets"], listed["figures"]) == ([], None)
    assert one.status_code == 404
    assert asked_for.status_code == 403


async def test_a_talent_neither_serves_nor_rates_anothers_ticket(
    desk: Desk, li: Asker, wang: Asker
) -> None:
    path = f"/tickets/{(await li.done('/tickets', HOUSING))['ticket_id']}"

    assert (await li.post(f"{path}/accept")).status_code == 403
    assert (await li.post(f"{path}/answer", {"answer": "x"})).status_code == 403
    assert (await li.post(f"{path}/resolve", {"resolution": "x"})).status_code == 403
    assert (await wang.post(f"{path}/rate", {"stars": 1})).status_code == 404


async def test_a_talent_opens_a_ticket_for_nobody_else(desk: Desk, li: Asker) -> None:
    answer = await li.post("/tickets", {**HOUSING, "talent_id": "talent-wang"})
    assert answer.status_code == 403


async def test_staff_open_a_ticket_for_a_talent_who_calls(
    desk: Desk, clerk: Asker, li: Asker
) -> None:
    opened = await clerk.done("/tickets", {**HOUSING, "talent_id": "talent-li"})
    seen = await li.sees("/tickets", after=opened["position"])
    assert [t["ticket_id"] for t in seen["tickets"]] == [opened["ticket_id"]]


async def test_a_repeated_request_is_one_ticket_with_one_receipt(desk: Desk, li: Asker) -> None:
    key = {"Idempotency-Key": "k-1"}
    first = await li.done("/tickets", HOUSING, **key)
    again = await li.done("/tickets", HOUSING, **key)
    other = await li.post("/tickets", {**HOUSING, "topic": "work"}, **key)

    assert first == again
    assert other.status_code == 409


async def test_a_rule_that_says_no_is_named(desk: Desk, li: Asker, clerk: Asker) -> None:
    path = f"/tickets/{(await li.done('/tickets', HOUSING))['ticket_id']}"
    refused = await clerk.post(f"{path}/resolve", {"resolution": "x"})

    assert refused.status_code == 422
    assert refused.json()["type"] == "ticket-not-answered"


async def test_of_two_answers_at_once_one_counts(desk: Desk, li: Asker, clerk: Asker) -> None:
    path = f"/tickets/{(await li.done('/tickets', HOUSING))['ticket_id']}/answer"
    async with desk.asks(staff("concierge-zhou")) as colleague:
        both = await asyncio.gather(
            clerk.post(path, {"answer": "马上到。"}), colleague.post(path, {"answer": "我来。"})
        )
    assert sorted(answer.status_code for answer in both) == [200, 422]


@pytest.mark.parametrize("message", ["a\x00b", "  ", "x" * 4001, None])
async def test_what_cannot_be_kept_is_refused(desk: Desk, li: Asker, message: str | None) -> None:
    assert (await li.post("/tickets", {**HOUSING, "message": message})).status_code == 422


async def test_half_a_character_is_refused(desk: Desk, li: Asker) -> None:
    body = b'{"topic": "housing", "subject": "a", "message": "\\ud800"}'
    answer = await li.client.post(
        "/tickets", content=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 422


@pytest.mark.parametrize("cursor", ["x", "2026-01-01", "~", "2026-01-01T00:00~t"])
async def test_a_cursor_that_is_none_of_ours_is_refused(
    desk: Desk, clerk: Asker, cursor: str
) -> None:
    assert (await clerk.get("/tickets", cursor=cursor)).status_code == 422


async def test_every_topic_is_listed_with_its_promises(desk: Desk, li: Asker) -> None:
    seen = await li.sees("/topics")
    assert seen["announced_until"] == "2026-12-31"
    assert {topic["code"] for topic in seen["topics"]} == set(TOPICS)


async def test_solved_tickets_leave_the_queue_and_stay_readable(
    desk: Desk, li: Asker, clerk: Asker
) -> None:
    path = f"/tickets/{(await li.done('/tickets', HOUSING))['ticket_id']}"
    await clerk.done(f"{path}/answer", {"answer": "好"})
    position = (await clerk.done(f"{path}/resolve", {"resolution": "好"}))["position"]

    queue = await clerk.sees("/tickets", after=position)
    solved = await clerk.sees("/tickets", state="resolved", after=position)
    mine = await li.sees("/tickets", after=position)

    assert queue["tickets"] == []
    assert [t["state"] for t in solved["tickets"]] == ["resolved"]
    assert mine["tickets"][0]["can"] == ["rate"]


async def test_without_a_token_nothing_is_told(desk: Desk) -> None:
    async with desk.asks(talent("talent-li")) as asker:
        for path in ("/tickets", "/tickets/x", "/topics", "/live"):
            answer = await asker.client.get(path, headers={"Authorization": ""})
            assert answer.status_code == 401


async def test_the_service_is_healthy_while_kafka_is_away(desk: Desk, li: Asker) -> None:
    assert (await li.get("/health")).status_code == 200
