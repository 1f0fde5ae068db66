"""A figure of a measurement is one line of JSON, and says itself whether its aim is met."""

import json

import pytest

from tests.bench.figures import Figure

BESIDE = Figure(figure="a", value=200.04, unit="events/s", peer="p 1", peer_value=20, aim=10)


def test_a_line_holds_everything_that_is_promised_of_it() -> None:
    assert json.loads(BESIDE.line()) == {
        "figure": "a",
        "value": 200.0,
        "unit": "events/s",
        "peer": "p 1",
        "peer_value": 20.0,
        "ratio": 10.0,
        "aim": 10,
        "met": True,
    }
    assert "\n" not in BESIDE.line()


def test_without_an_aim_it_is_met() -> None:
    line = json.loads(Figure(figure="a", value=1, unit="ms").line())
    assert (line["met"], line["aim"], line["ratio"]) == (True, None, None)


@pytest.mark.parametrize(("value", "met"), [(5.0, True), (5.1, False)])
def test_of_some_figures_less_is_better(value: float, met: bool) -> None:
    assert Figure(figure="a", value=value, unit="ms", aim=5, better="less").met is met


def test_what_is_only_met_once_it_is_rounded_is_not_met() -> None:
    almost = Figure(figure="a", value=199.96, unit="e/s", peer="p", peer_value=20, aim=10)
    assert (almost.ratio, almost.met) == (10.0, False)
