"""Breaches from durable timers: noticed once, however often a timer fires or the service dies."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Row, select
from sqlalchemy.dialects.postgresql import insert

from events.catalog.ticket import FirstResponseBreached, ResolutionBreached
from events.sourcing.clock import LEGAL_ZONE, SimulatedClock
from events.sourcing.kernel import Kernel
from events.sourcing.kernel_tables import timer
from events.sourcing.settings import Settings
from events.sourcing.timers import Timers
from events.sourcing.types import Context
from services.concierge.app import KEPT_FOR_LATER, build
from services.concierge.commands import OpenTicket
from services.concierge.dispatch import dispatcher
from services.concierge.domain import ticket
from tests.support.concierge import Desk, open_desk, own_settings, staff, talent

NIGHT = datetime(2026, 9, 30, 23, 10, tzinfo=LEGAL_ZONE).astimezone(UTC)
FIRST_RESPONSE_DUE = NIGHT + timedelta(minutes=30)
AFTER_THE_HOLIDAY = datetime(2026, 10, 10, 17, 30, tzinfo=LEGAL_ZONE).astimezone(UTC)
JUST_AFTER = timedelta(microseconds=1)
OPEN = OpenTicket(
    ticket_id="t-1",
    talent_id="talent-li",
    topic="housing",
    subject="公寓钥匙",
    message="今晚到，无法进门。",
    opened_by="talent-li",
    at=NIGHT,
)
OPENING = Context(
    command_id=UUID(int=1),
    actor="talent-li",
    correlation_id="matter-1",
    causation_id=None,
    idempotency_key="k-1",
    target="POST /tickets",
)
HOUSING = {"topic": "housing", "subject": "公寓钥匙", "message": "今晚到，无法进门。"}


@pytest.fixture
async def settings(postgres_url: str, tmp_path: Path) -> Settings:
    return await own_settings(postgres_url, tmp_path, SimulatedClock(NIGHT))


async def opened(desk: Desk) -> str:
    async with desk.asks(talent("talent-li")) as li:
        ticket_id: str = (await li.done("/tickets", HOUSING))["ticket_id"]
    await desk.deadlines_caught_up()
    return ticket_id


async def timers_of(kernel: Kernel) -> Sequence[Row[Any]]:
    async with kernel.engine.connect() as connection:
        return (await connection.execute(select(timer).order_by(timer.c.due_at))).all()


async def happened(kernel: Kernel, ticket_id: str, kind: type) -> list[Any]:
    rows = await kernel.journal.read_stream(f"ticket-{ticket_id}")
    events = [recorded.event for recorded in await kernel.desk.open(rows)]
    return [event for event in events if isinstance(event, kind)]


async def test_each_promise_has_its_timer_just_after_its_due_moment(settings: Settings) -> None:
    async with open_desk(settings, NIGHT) as desk:
        await opened(desk)
        due = [row.due_at for row in await timers_of(desk.kernel)]
    assert due == [FIRST_RESPONSE_DUE + JUST_AFTER, AFTER_THE_HOLIDAY + JUST_AFTER]


async def test_a_first_response_nobody_gave_is_a_breach_from_the_due_moment(
    settings: Settings,
) -> None:
    async with open_desk(settings, NIGHT) as desk:
        ticket_id = await opened(desk)
        desk.clock.advance(timedelta(minutes=31))
        await desk.hears(ticket_id, "first-response-breached")
        (breach,) = await happened(desk.kernel, ticket_id, FirstResponseBreached)

    assert breach.due_at == FIRST_RESPONSE_DUE
    assert breach.noticed_at == NIGHT + timedelta(minutes=31)


async def test_at_the_due_moment_itself_no_timer_fires(settings: Settings) -> None:
    async with open_desk(settings, NIGHT) as desk:
        await opened(desk)
        desk.clock.moment = FIRST_RESPONSE_DUE
        assert await timers(desk).fire_due() == 0
        assert len(await timers_of(desk.kernel)) == 2


async def test_an_answer_in_time_calls_the_timer_off(settings: Settings) -> None:
    async with open_desk(settings, NIGHT) as desk:
        ticket_id = await opened(desk)
        async with desk.asks(staff("chen")) as chen:
            await chen.done(f"/tickets/{ticket_id}/answer", {"answer": "马上到。"})
        await desk.deadlines_caught_up()
        left = [row.timer for row in await timers_of(desk.kernel)]
    assert left == [f"ticket-{ticket_id}/resolution"]


async def test_a_timer_that_fires_twice_is_one_breach(settings: Settings) -> None:
    async with open_desk(settings, NIGHT) as desk:
        ticket_id = await opened(desk)
        row, _ = await timers_of(desk.kernel)
        desk.clock.advance(timedelta(minutes=31))
        await desk.hears(ticket_id, "first-response-breached")
        await desk.deadlines_caught_up()
        # The process died between the command and the closing of its row: the row stands again.
        await put_back(desk.kernel, row)
        await timers(desk).fire_due()

        assert len(await happened(desk.kernel, ticket_id, FirstResponseBreached)) == 1


async def test_a_service_that_was_down_at_the_due_moment_notices_when_it_is_back(
    settings: Settings,
) -> None:
    async with open_desk(settings, NIGHT) as desk:
        ticket_id = await opened(desk)
    back_at = FIRST_RESPONSE_DUE + timedelta(hours=2)
    async with open_desk(settings, back_at) as desk:
        await desk.hears(ticket_id, "first-response-breached")
        (breach,) = await happened(desk.kernel, ticket_id, FirstResponseBreached)

    assert (breach.due_at, breach.noticed_at) == (FIRST_RESPONSE_DUE, back_at)


async def test_a_service_killed_right_after_the_append_sets_its_timers_when_it_is_back(
    settings: Settings,
) -> None:
    kernel: Kernel = build(settings).state.kernel
    await kernel.handle(ticket, "ticket-t-1", OPEN, OPENING)
    await kernel.close()
    async with open_desk(settings, FIRST_RESPONSE_DUE + JUST_AFTER) as desk:
        await desk.hears("t-1", "first-response-breached")


async def test_a_late_answer_and_its_timer_together_are_one_breach(settings: Settings) -> None:
    async with open_desk(settings, NIGHT) as desk:
        ticket_id = await opened(desk)
        desk.clock.advance(timedelta(minutes=45))
        async with desk.asks(staff("chen")) as chen:
            await chen.done(f"/tickets/{ticket_id}/answer", {"answer": "抱歉，马上到。"})
        await timers(desk).fire_due()

        assert len(await happened(desk.kernel, ticket_id, FirstResponseBreached)) == 1


async def test_the_resolution_is_broken_after_the_holiday_and_not_before(
    settings: Settings,
) -> None:
    async with open_desk(settings, NIGHT) as desk:
        ticket_id = await opened(desk)
        desk.clock.moment = AFTER_THE_HOLIDAY
        await desk.hears(ticket_id, "first-response-breached")
        assert await happened(desk.kernel, ticket_id, ResolutionBreached) == []
        desk.clock.advance(JUST_AFTER)
        await desk.hears(ticket_id, "resolution-breached")
        (breach,) = await happened(desk.kernel, ticket_id, ResolutionBreached)

    assert breach.due_at == AFTER_THE_HOLIDAY


async def test_a_promise_into_a_year_not_announced_says_so_and_is_looked_at_daily(
    settings: Settings,
) -> None:
    new_years_eve = datetime(2026, 12, 30, 9, 0, tzinfo=LEGAL_ZONE).astimezone(UTC)
    async with open_desk(settings, new_years_eve) as desk:
        ticket_id = await opened(desk)
        looks = [row.due_at for row in await timers_of(desk.kernel)][-1]
        async with desk.asks(talent("talent-li")) as li:
            position = await desk.hears(ticket_id, "calendar-awaited")
            seen = await li.sees(f"/tickets/{ticket_id}", after=position)
        desk.clock.advance(timedelta(days=1))
        await desk.hears(ticket_id, "calendar-awaited", behind=position)

    assert looks == new_years_eve + timedelta(days=1)
    assert seen["ticket"]["clocks"][1]["state"] == "awaiting_calendar"
    assert seen["calculations"][1]["announced_until"] == "2026-12-31"
    assert [step["day"] for step in seen["calculations"][1]["steps"]] == ["2026-12-31"]


async def put_back(kernel: Kernel, row: Row[Any]) -> None:
    async with kernel.engine.begin() as connection:
        await connection.execute(insert(timer).values(**row._mapping))


def timers(desk: Desk) -> Timers:
    """The timers of a second process of the same service."""
    return Timers(
        desk.kernel.engine,
        clock=desk.clock,
        commands=KEPT_FOR_LATER,
        dispatch=dispatcher(desk.kernel),
    )
