"""Commands wait for each other only where others are under way, and never for long."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from contracts.sample import NOON
from events.edge.asking import context_of
from events.edge.identity import Actor
from events.sourcing import telemetry
from events.sourcing.clock import SimulatedClock
from events.sourcing.company import HALF_LIFE_SECONDS, LONGEST_SECONDS, SILENCE_SECONDS, Company
from events.sourcing.handle import Part, handle
from events.sourcing.memory import MemoryJournal
from events.sourcing.types import follow
from tests.simulation.loop import in_no_time, run
from tests.support.kernel import BODY, Note, context, desk_of, note
from tests.support.recorded import recorded
from tests.support.spans import Recorder

MS = 0.001


async def departures(comings: Sequence[float], *, takes: float) -> list[float]:
    """When each goes who comes at a moment and is under way for so long, in milliseconds."""
    company, loop = Company(), asyncio.get_running_loop()
    gone = dict[float, float]()

    async def one(coming: float) -> None:
        await asyncio.sleep(coming * MS)
        async with company.joined() as waited:
            gone[coming] = loop.time() / MS
            assert waited / MS == pytest.approx(gone[coming] - coming)
            await asyncio.sleep(takes * MS)

    await asyncio.gather(*(one(coming) for coming in comings))
    return [gone[coming] for coming in comings]


@in_no_time
async def test_whoever_comes_alone_goes_at_once() -> None:
    assert await departures([0, 40, 80], takes=30) == pytest.approx([0, 40, 80])


@in_no_time
async def test_whoever_asks_again_after_each_answer_never_waits() -> None:
    company, loop = Company(), asyncio.get_running_loop()
    for _ in range(9):
        async with company.joined():
            await asyncio.sleep(10 * MS)
    assert loop.time() == pytest.approx(90 * MS)


@in_no_time
async def test_those_who_come_while_others_are_under_way_go_together() -> None:
    assert await departures([0, 4, 5, 16], takes=50) == pytest.approx([0, 36, 36, 36])
    assert SILENCE_SECONDS == 20 * MS


@in_no_time
async def test_the_first_who_waits_does_not_wait_for_everybody() -> None:
    comings = list(range(0, 100, 12))
    gone = await departures(comings, takes=200)
    assert gone == pytest.approx([0, *[92] * 7, 116])
    assert LONGEST_SECONDS == 80 * MS


async def rounds(company: Company, clients: int, *, times: int) -> list[list[int]]:
    """When clients go who each ask so many times, always after an answer that takes 10 ms."""
    loop = asyncio.get_running_loop()
    began = loop.time()

    async def one() -> list[int]:
        gone = list[int]()
        for _ in range(times):
            async with company.joined():
                gone.append(round((loop.time() - began) / MS))
                await asyncio.sleep(10 * MS)
        return gone

    return await asyncio.gather(*(one() for _ in range(clients)))


@in_no_time
async def test_as_many_as_were_here_at_one_time_wait_for_nobody() -> None:
    gone = await rounds(Company(), 4, times=3)
    assert gone == [[0, 10, 20], *[[10, 20, 50]] * 3]


@in_no_time
async def test_how_many_were_here_is_forgotten_by_halves() -> None:
    company = Company()
    # As on a machine that has run for long.
    await asyncio.sleep(1_000_000)
    await rounds(company, 400, times=2)
    soon = await rounds(company, 2, times=2)
    await asyncio.sleep(7 * HALF_LIFE_SECONDS)
    later = await rounds(company, 2, times=2)
    await asyncio.sleep(HALF_LIFE_SECONDS)
    at_last = await rounds(company, 2, times=2)
    assert soon == later == [[0, 30], [30, 60]]
    assert at_last == [[0, 10], [10, 20]]
    assert HALF_LIFE_SECONDS == 1


@in_no_time
async def test_however_many_come_in_one_moment_go_together() -> None:
    assert await departures([0, *[1] * 300], takes=60) == pytest.approx([0, *[21] * 300])


@in_no_time
async def test_whoever_comes_as_others_leave_does_not_go_before_them() -> None:
    company, gone = Company(), list[int]()

    async def one(number: int) -> None:
        async with company.joined():
            gone.append(number)
            await asyncio.sleep(30 * MS)

    async def late() -> None:
        await asyncio.sleep(SILENCE_SECONDS)
        await one(2)

    await asyncio.gather(late(), one(0), one(1))
    assert gone == [0, 1, 2]


async def passing(company: Company, takes: float) -> int:
    """When somebody goes who is under way for so many milliseconds."""
    async with company.joined():
        gone = round(asyncio.get_running_loop().time() / MS)
        await asyncio.sleep(takes * MS)
        return gone


@in_no_time
async def test_who_gives_up_while_waiting_keeps_nobody_and_is_not_under_way_any_more() -> None:
    company = Company()
    first, second = (asyncio.create_task(passing(company, 15)) for _ in range(2))
    await asyncio.sleep(5 * MS)
    second.cancel()
    third = asyncio.create_task(passing(company, 15))
    with pytest.raises(asyncio.CancelledError):
        await second
    assert [await first, await third] == [0, 25]
    async with company.joined() as waited:
        assert waited == 0


@in_no_time
async def test_who_gives_up_in_the_moment_of_leaving_keeps_nobody() -> None:
    company = Company()
    tasks = [asyncio.create_task(passing(company, 30)) for _ in range(3)]
    asyncio.get_running_loop().call_at(SILENCE_SECONDS, tasks[1].cancel)
    with pytest.raises(asyncio.CancelledError):
        await tasks[1]
    assert [await tasks[0], await tasks[2]] == [0, 20]


@in_no_time
async def test_the_longest_wait_begins_anew_where_all_who_waited_gave_up() -> None:
    company = Company()
    long = asyncio.create_task(passing(company, 1000))
    await asyncio.sleep(0)
    for _ in range(5):
        gives_up = asyncio.create_task(passing(company, 0))
        await asyncio.sleep(16 * MS)
        gives_up.cancel()
    assert await passing(company, 0) == 80 + 20
    long.cancel()


@in_no_time
async def test_who_fails_is_not_under_way_any_more() -> None:
    company = Company()
    with pytest.raises(ZeroDivisionError):
        async with company.joined():
            raise ZeroDivisionError
    async with company.joined():
        assert asyncio.get_running_loop().time() == 0


class Slow(MemoryJournal):
    """Takes its time to answer, and remembers when it was asked."""

    def __init__(self) -> None:
        super().__init__(SimulatedClock(NOON))
        self.asked_at: list[float] = []

    async def read_stream(self, stream: str, **how: Any) -> Any:
        self.asked_at.append(asyncio.get_running_loop().time() / MS)
        await asyncio.sleep(15 * MS)
        return await super().read_stream(stream, **how)


@pytest.mark.parametrize(("may_wait", "asked_at"), [(True, [0, 25, 25]), (False, [0, 4, 5])])
def test_commands_that_may_wait_are_handled_in_company_and_others_at_once(
    *, may_wait: bool, asked_at: list[float]
) -> None:
    assert handled(["note-1", "note-2", "note-3"], may_wait=may_wait) == pytest.approx(asked_at)


def test_those_of_one_stream_wait_together_and_then_take_turns() -> None:
    assert handled(["note-1", "note-2", "note-2"]) == pytest.approx([0, 25, 40])


def test_a_span_says_how_long_a_command_waited(monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = Recorder("notes")
    monkeypatch.setattr(telemetry, "_tracer", recorder.tracer)
    handled(["note-1", "note-2", "note-3"])
    said = [one.attributes for one in recorder.spans() if one.name == "note.handle"]
    assert [one and one["waited_ms"] for one in said] == [0, 21, 20]


def handled(streams: Sequence[str], *, may_wait: bool = True) -> Sequence[float]:
    """When the journal is asked for what comes after 0, 4 and 5 milliseconds."""
    journal = Slow()
    desk = desk_of(journal)

    async def one(stream: str, coming: float) -> None:
        await asyncio.sleep(coming * MS)
        asked = replace(context(), may_wait=may_wait)
        await handle(desk, asked, Part(decider=note, stream=stream, command=Note()))

    async def scene() -> None:
        await asyncio.gather(*map(one, streams, [0, 4, 5]))

    run(scene())
    return journal.asked_at


def test_what_people_ask_may_wait_and_what_a_process_sends_does_not() -> None:
    asked = context_of(
        service="notes",
        actor=Actor(subject="clerk", roles=frozenset()),
        key="k",
        correlation_id=None,
        causation_id=None,
        target="POST /notes",
    )
    heard = recorded(BODY, name="body.established.v1", stream="body-1")
    assert asked.may_wait
    assert not follow(heard, service="notes", reader="r", ordinal=1).may_wait
