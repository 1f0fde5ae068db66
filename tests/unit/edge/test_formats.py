"""Sums, moments, days, lengths and texts are said as a reader of each language expects them."""

from datetime import UTC, datetime

import pytest

from events.edge.pages.formats import Formats

NOON = datetime(2026, 2, 28, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fen", "said"),
    [(0, "¥0"), (30_000_000, "¥300,000"), (12_345, "¥123.45"), (-5_000, "-¥50")],
)
def test_money_is_yuan_and_shows_fen_only_where_there_are_some(fen: int, said: str) -> None:
    assert Formats("en").money(fen) == said


def test_a_moment_is_told_in_shanghai_with_its_offset_for_machines() -> None:
    said = Formats("zh-CN").moment("2026-02-28T16:30:00Z")
    assert "2026年3月1日 00:30" in said
    assert 'datetime="2026-03-01T00:30:00.000+08:00"' in said


def test_a_day_is_told_as_it_was_written() -> None:
    assert ">28 February 2026</time>" in Formats("en").day("2026-02-28")
    assert ">2026年2月28日</time>" in Formats("zh-CN").day(NOON.date())


@pytest.mark.parametrize(
    ("seconds", "english", "chinese"),
    [
        (30, "0 min", "0分钟"),
        (-18_900, "5 hrs 15 min", "5小时15分钟"),
        (90_061, "1 day 1 hr", "1天1小时"),
    ],
)
def test_a_length_names_its_two_largest_units(seconds: int, english: str, chinese: str) -> None:
    assert Formats("en").lasting(seconds).replace("mins", "min") == english
    assert Formats("zh-CN").lasting(seconds) == chinese


def test_a_text_in_another_language_only_says_which_and_is_escaped() -> None:
    said = Formats("en").say({"zh": "<闵行>"})
    assert said == '<span lang="zh-CN">&lt;闵行&gt;</span>'
    assert Formats("zh-CN").say({"zh": "闵行", "en": "Minhang"}) == "闵行"
    assert Formats("zh-CN").say(None) == ""
