"""What a condition asks, as a sentence in Chinese and in English, made from the tree alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import assert_never

from services.policy.rules.tree import (
    All,
    AnyOf,
    AtFact,
    Compare,
    Convention,
    Count,
    Elapsed,
    Holds,
    Insured,
    Leaf,
    Linear,
    ManualCheck,
    Measure,
    Member,
    Not,
    NotSeen,
    Op,
    Reference,
    Term,
    Text,
    Track,
    Tracks,
    Tree,
    Within,
)
from services.policy.rules.wording import NOTHING, Wording, both, joined

_DATES = {
    Op.AT_LEAST: Text("不早于", "on or after"),
    Op.MORE: Text("晚于", "after"),
    Op.AT_MOST: Text("不晚于", "on or before"),
    Op.LESS: Text("早于", "before"),
}
_SPANS = {
    Op.AT_LEAST: Text("已满", "at least"),
    Op.LESS: Text("不足", "less than"),
}
"""How long ago, in Chinese; of an age the words are those of numbers."""
_CONVENTIONS = {
    Convention.COMPLETE: NOTHING,
    Convention.STARTED: Text("(不足一个的按一个计)", " (a begun one counts as whole)"),
    Convention.CALENDAR: Text("(按历年历月相减)", " (by the calendar alone)"),
}
_BORN = "birth_date"


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence and how deeply it is nested under those before it."""

    depth: int
    text: Text


def lines_of(tree: Tree, words: Wording, depth: int = 0) -> Iterator[Line]:
    """One line for each condition; what joins several stands above them."""
    match tree:
        case All(children=children):
            yield from _under("all", children, words, depth)
        case AnyOf(children=children):
            yield from _under("any", children, words, depth)
        case Not(child=child):
            yield from _under("not", (child,), words, depth)
        case Tracks(children=tracks):
            yield Line(depth, _ending(words.text("join", "tracks")))
            for track in tracks:
                yield Line(depth + 1, _route(track, words))
                yield from lines_of(track.when, words, depth + 2)
        case _:
            said, cite = condition(tree, words), words.cite(tree.cite)
            yield Line(depth, both(f"{said.zh}{cite.zh}", f"{said.en}{cite.en}"))


def condition(leaf: Leaf, words: Wording) -> Text:
    """What the condition asks, without its clause."""
    match leaf:
        case Compare():
            return _compare(leaf, words)
        case Linear():
            return _linear(leaf, words)
        case Count():
            return _count(leaf, words)
        case Member():
            return _member(leaf, words)
        case Elapsed():
            return _elapsed(leaf, words)
        case Within():
            return _within(leaf, words)
        case Insured():
            return _insured(leaf, words)
        case Holds():
            return _holds(leaf, words)
        case ManualCheck(text=text):
            return both(f"须经人工核定:{text.zh}", f"A person must find: {text.en}")
        case NotSeen():
            return both("来源未显示此条件", "A condition that the source did not show")
        case _:
            assert_never(leaf)


def _under(join: str, children: tuple[Tree, ...], words: Wording, depth: int) -> Iterator[Line]:
    """What joins only one says nothing, unless it turns it round."""
    if len(children) == 1 and join != "not":
        yield from lines_of(children[0], words, depth)
        return
    yield Line(depth, _ending(words.text("join", join)))
    for child in children:
        yield from lines_of(child, words, depth + 1)


def _ending(text: Text) -> Text:
    return both(f"{text.zh}:", f"{text.en}:")


def _route(track: Track, words: Wording) -> Text:
    said = words.text("join", "track")
    days = both("", "")
    if track.first and track.last:
        first, last = track.first.text, track.last.text
        days = both(f"({first}至{last}开放)", f" (open {first} to {last})")
    title = track.title
    return both(f"{said.zh}“{title.zh}”{days.zh}:", f"{said.en} “{title.en}”{days.en}:")


def _compare(leaf: Compare, words: Wording) -> Text:
    label, value, on = words.fact(leaf.fact), words.value(leaf.fact, leaf.value), _on(leaf.as_of)
    if isinstance(leaf.value, bool):
        wanted = words.value(leaf.fact, leaf.value == (leaf.op is Op.EQUAL))
        return both(f"{label.zh}:{wanted.zh}{on.zh}", f"{label.en}: {wanted.en}{on.en}")
    op = words.text("op", leaf.op)
    if isinstance(leaf.value, date) and leaf.op in _DATES:
        # "Returned on" and "on or after" share their word.
        op, label = _DATES[leaf.op], both(label.zh, label.en.removesuffix(" on"))
    return both(f"{label.zh}{op.zh}{value.zh}{on.zh}", f"{label.en} {op.en} {value.en}{on.en}")


def _linear(leaf: Linear, words: Wording) -> Text:
    op, parts = words.text("op", leaf.op), [_weighted(each, words) for each in leaf.terms]
    value = words.value(leaf.terms[0].fact, leaf.value)
    if leaf.measure is Measure.DAYS:
        value = words.length(leaf.value, "days")
    total = joined(parts, zh="", en=" ")
    zh, en = total.zh.removeprefix("+"), total.en.removeprefix("+ ")
    return both(f"{zh}{op.zh}{value.zh}", f"{en} {op.en} {value.en}")


def _weighted(term: Term, words: Wording) -> Text:
    label, sign = words.fact(term.fact), "-" if term.times < 0 else "+"
    times = "" if abs(term.times) == 1 else f"{abs(term.times)}×"
    return both(f"{sign}{times}{label.zh}", f"{sign} {times}“{label.en}”")


def _count(leaf: Count, words: Wording) -> Text:
    label, op = words.fact(leaf.fact), words.text("op", leaf.op)
    zh, en = f"{label.zh}{op.zh}{leaf.value}条", f"{label.en}: {op.en} {leaf.value}"
    if leaf.where is None:
        return both(zh, en)
    where = _of_an_entry(leaf.where, words.of_entries(leaf.fact))
    return both(f"{zh}({where.zh})", f"{en} ({where.en})")


def _of_an_entry(tree: Tree, words: Wording) -> Text:
    match tree:
        case All(children=children):
            return joined([_of_an_entry(each, words) for each in children], zh="且", en=" and ")
        case AnyOf(children=children):
            return joined([_of_an_entry(each, words) for each in children], zh="或", en=" or ")
        case Not(child=child):
            said = _of_an_entry(child, words)
            return both(f"不得:{said.zh}", f"not so: {said.en}")
        case Tracks(children=tracks):
            return joined([_of_an_entry(each.when, words) for each in tracks], zh="或", en=" or ")
        case _:
            return condition(tree, words)


def _member(leaf: Member, words: Wording) -> Text:
    label, on = words.fact(leaf.fact), _on(leaf.as_of)
    op = words.text("op", leaf.op or "in")
    codes = words.codes(leaf.fact, leaf.codes)
    said = ":" if leaf.op is None else f" {op.en}"
    return both(f"{label.zh}{op.zh}{codes.zh}{on.zh}", f"{label.en}{said} {codes.en}{on.en}")


def _elapsed(leaf: Elapsed, words: Wording) -> Text:
    op, until = words.text("op", leaf.op), _until(leaf.at, words)
    length, how = words.length(leaf.value, leaf.unit), _CONVENTIONS[leaf.convention]
    if leaf.since == _BORN:
        years = length.zh.replace("年", "周岁")
        return both(
            f"年龄{op.zh}{years}{until.zh}{how.zh}", f"age {op.en} {length.en}{until.en}{how.en}"
        )
    since, op = words.fact(leaf.since), _SPANS.get(leaf.op, op)
    return both(
        f"自{since.zh}起{op.zh}{length.zh}{until.zh}{how.zh}",
        f"time since “{since.en}” {op.en} {length.en}{until.en}{how.en}",
    )


def _within(leaf: Within, words: Wording) -> Text:
    since, until = words.fact(leaf.since), _until(leaf.at, words)
    length = words.length(leaf.value, leaf.unit)
    return both(
        f"{since.zh}后{length.zh}之内{until.zh}",
        f"within {length.en} after “{since.en}”{until.en}",
    )


def _insured(leaf: Insured, words: Wording) -> Text:
    label = words.fact(leaf.fact)
    row = both("连续", " in a row") if leaf.in_a_row else NOTHING
    window, base = NOTHING, NOTHING
    if leaf.window_months is not None:
        window = both(f"近{leaf.window_months}个月内", f" within the last {leaf.window_months}")
    if leaf.base_percent is not None:
        base = both(
            f",基数不低于社平工资的{leaf.base_percent}%",
            f", on a base of at least {leaf.base_percent}% of the average wage",
        )
    return both(
        f"{label.zh}:{window.zh}{row.zh}缴纳不少于{leaf.months}个月{base.zh}",
        f"{label.en}: at least {leaf.months} months{row.en}{window.en}{base.en}",
    )


def _holds(leaf: Holds, words: Wording) -> Text:
    label, tenure = words.fact(leaf.fact), words.text("tenure", leaf.tenure)
    codes, open_ones = words.codes(leaf.fact, leaf.codes), unpublished(leaf.unpublished)
    return both(
        f"{label.zh}({tenure.zh}):{codes.zh}{open_ones.zh}",
        f"{label.en} ({tenure.en}): {codes.en}{open_ones.en}",
    )


def unpublished(names: tuple[str, ...]) -> Text:
    """Why nobody can be judged by a condition on policies of these names."""
    if not names:
        return NOTHING
    said = ", ".join(names)
    return both(
        f"(尚无机构发布{said},无从判断是否持有)",
        f" (nobody has published {said}: it is not known who holds it)",
    )


def _until(at: Reference | date | AtFact, words: Wording) -> Text:
    """The day a length of time is measured to, unless it is the day asked about."""
    match at:
        case Reference.VALID_AT:
            return NOTHING
        case Reference():
            said = words.text("at", at)
            return both(f"(截至{said.zh})", f", {said.en}")
        case AtFact(fact=fact):
            label = words.fact(fact)
            return both(f"(至{label.zh})", f", until “{label.en}”")
        case date():
            return _on(at)


def _on(day: date | None) -> Text:
    return (
        NOTHING if day is None else both(f"(截至{day.isoformat()})", f" (as of {day.isoformat()})")
    )
