"""Lays one matter's events and spans out in lanes, one for each service, on one time axis."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from math import log1p
from typing import Any

LABELS = 110.0  # room for the names of the lanes
RIGHT = 36.0
LANE = 76.0
FOOT = 26.0
STEP = 34.0  # two dots this far apart do not touch
MORE_FOR_LONGER = 9.0  # what a pause adds, growing with its logarithm
NARROWEST = 900.0
TICK_APART = 110.0


@dataclass(frozen=True, slots=True)
class Dot:
    """One event to draw; `caused_by` is the number of the event that caused it."""

    number: int
    name: str
    service: str
    at: datetime
    caused_by: int | None


@dataclass(frozen=True, slots=True)
class Bar:
    """One span to draw."""

    service: str
    began_at: datetime
    ended_at: datetime


Drawing = Mapping[str, Any]


def draw(*, dots: Sequence[Dot], bars: Sequence[Bar], rooms: Sequence[str]) -> Drawing:
    """Every number the template needs; the order of `dots` is the order of the axis."""
    ordered = sorted(dots, key=lambda dot: (dot.at, dot.number))
    places = _places(ordered)
    width = max(NARROWEST, places[-1] + RIGHT if places else 0.0)
    rows = {room: index * LANE for index, room in enumerate(rooms)}
    points = {
        dot.number: (x, rows[dot.service] + LANE / 2)
        for dot, x in zip(ordered, places, strict=True)
    }
    axis = [(dot.at, x) for dot, x in zip(ordered, places, strict=True)]
    return {
        "width": round(width),
        "height": round(len(rooms) * LANE + FOOT),
        "lanes": [_lane(room, y) for room, y in rows.items()],
        "ticks": _ticks(axis),
        "causes": _causes(ordered, points),
        "bars": _bars(bars, rows=rows, axis=axis),
        "dots": [_dot(dot, points[dot.number]) for dot in ordered],
    }


def _places(dots: Sequence[Dot]) -> list[float]:
    """A longer pause is a longer way, but by its logarithm: a night must not hide a second."""
    x, places = LABELS + STEP / 2, list[float]()
    for index, dot in enumerate(dots):
        if index:
            pause = (dot.at - dots[index - 1].at).total_seconds()
            x += STEP + MORE_FOR_LONGER * log1p(pause * 10)
        places.append(round(x, 1))
    return places


def _lane(room: str, y: float) -> dict[str, Any]:
    return {"service": room, "y": y, "height": LANE, "middle": y + LANE / 2}


def _dot(dot: Dot, point: tuple[float, float]) -> dict[str, Any]:
    return {
        "number": dot.number,
        "name": dot.name,
        "service": dot.service,
        "x": point[0],
        "y": point[1],
    }


def _causes(dots: Sequence[Dot], points: Mapping[int, tuple[float, float]]) -> list[dict[str, str]]:
    return [
        {"path": _curve(points[dot.caused_by], points[dot.number])}
        for dot in dots
        if dot.caused_by is not None and dot.caused_by in points
    ]


def _curve(start: tuple[float, float], end: tuple[float, float]) -> str:
    (x1, y1), (x2, y2) = start, end
    # Within one lane the line bows upward, so that it does not run through the dots between.
    if y1 == y2:
        return f"M{x1} {y1} Q{(x1 + x2) / 2:.1f} {y1 - LANE / 1.6:.1f} {x2} {y2}"
    middle = f"{(x1 + x2) / 2:.1f}"
    return f"M{x1} {y1} C{middle} {y1} {middle} {y2} {x2} {y2}"


def _ticks(axis: Sequence[tuple[datetime, float]]) -> list[dict[str, Any]]:
    ticks, last = list[dict[str, Any]](), float("-inf")
    for at, x in axis:
        if x - last >= TICK_APART:
            ticks.append({"x": x, "at": at})
            last = x
    return ticks


def _bars(
    bars: Sequence[Bar], *, rows: Mapping[str, float], axis: Sequence[tuple[datetime, float]]
) -> list[dict[str, Any]]:
    drawn = list[dict[str, Any]]()
    for bar in bars:
        if bar.service in rows and axis:
            start, end = _on_axis(bar.began_at, axis), _on_axis(bar.ended_at, axis)
            y = rows[bar.service] + LANE - 14
            width = round(max(end - start, 3.0), 1)
            drawn.append({"service": bar.service, "x": round(start, 1), "y": y, "width": width})
    return drawn


def _on_axis(at: datetime, axis: Sequence[tuple[datetime, float]]) -> float:
    """Between two events a moment stands where its share of the pause puts it."""
    if at <= axis[0][0]:
        return axis[0][1] - STEP / 2
    for (before, left), (after, right) in pairwise(axis):
        if at <= after:
            pause = (after - before).total_seconds()
            share = (at - before).total_seconds() / pause if pause else 1.0
            return left + share * (right - left)
    return axis[-1][1] + STEP / 2
