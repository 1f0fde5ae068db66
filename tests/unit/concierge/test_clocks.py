"""How a clock reads now: running, close, kept, broken, or without a due moment."""

from datetime import UTC, datetime, timedelta

import pytest

from services.concierge.clocks import ClockFace, face

START = datetime(2026, 4, 8, 22, 0, tzinfo=UTC)
DUE = START + timedelta(minutes=30)


def read(
    minutes: float, *, met: float | None = None, breached: bool = False, due: datetime | None = DUE
) -> ClockFace:
    return face(
        "first_response",
        started_at=START,
        due_at=due,
        met_at=None if met is None else START + timedelta(minutes=met),
        breached=breached,
        now=START + timedelta(minutes=minutes),
    )


@pytest.mark.parametrize(
    ("clock", "state", "remaining_minutes"),
    [
        pytest.param(read(0), "running", 30, id="at the start"),
        pytest.param(read(23.9), "running", 6.1, id="before the last fifth"),
        pytest.param(read(24), "close", 6, id="from the last fifth"),
        pytest.param(read(30), "close", 0, id="at the due moment"),
        pytest.param(read(31), "breached", -1, id="late"),
        pytest.param(read(90, met=12), "met", 18, id="kept, whenever it is read"),
        pytest.param(read(90, met=30), "met", 0, id="kept at the due moment"),
        pytest.param(read(90, met=45), "breached", -15, id="met late"),
        pytest.param(read(90, met=30, breached=True), "breached", 0, id="recorded as broken"),
    ],
)
def test_a_clock_reads(clock: ClockFace, state: str, remaining_minutes: float) -> None:
    assert (clock.state, clock.remaining_seconds) == (state, remaining_minutes * 60)


def test_the_share_used_stops_at_one() -> None:
    assert read(15).used_share == 0.5
    assert read(300).used_share == 1


def test_without_announced_workdays_the_clock_says_so() -> None:
    clock = read(10, due=None)
    assert (clock.state, clock.remaining_seconds) == ("awaiting_calendar", None)


def test_solved_without_announced_workdays_is_neither_kept_nor_broken() -> None:
    assert read(10, met=5, due=None).state == "ended_without_due"
