"""How many entries of a list meet a condition: all entries are judged at once, as people are."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import TypeAlias

from services.policy.rules.bulk.bits import Split, everybody, unpacked
from services.policy.rules.bulk.columns import Coded
from services.policy.rules.bulk.columns import Entry as Listed
from services.policy.rules.bulk.comparing import COMPARE
from services.policy.rules.bulk.lookup import Question, by_entry
from services.policy.rules.facts import Entry, FactView
from services.policy.rules.kleene import Truth, truth_of
from services.policy.rules.lists import alone
from services.policy.rules.tree import Count, Op, Tree

Judged: TypeAlias = Callable[[Tree, Sequence[FactView], date], Split]
"""Whom of these a tree holds for on the day, and whom not."""


def counted_entries(leaf: Count, column: Coded, valid_at: date, judged: Judged) -> Question:
    lists = [_of(each) for each in column.entries]
    every = [entry for each in lists if each is not None for entry in each]
    split = _split(leaf, every, valid_at, judged)
    surely = iter(unpacked(split.true, len(every)))
    never = iter(unpacked(split.false, len(every)))
    return by_entry(column, [_truth(leaf, each, surely, never) for each in lists])


def _of(entry: Listed) -> tuple[Entry, ...] | None:
    if not isinstance(entry, tuple):
        return None
    return tuple(each for each in entry if isinstance(each, Entry))


def _split(leaf: Count, every: Sequence[Entry], valid_at: date, judged: Judged) -> Split:
    if leaf.where is None or not every:
        everyone = everybody(len(every))
        return Split(everyone, everyone ^ everyone)
    return judged(leaf.where, [alone(entry, valid_at) for entry in every], valid_at)


def _truth(
    leaf: Count, entries: tuple[Entry, ...] | None, surely: Iterator[bool], never: Iterator[bool]
) -> Truth:
    """Takes the answers of its own entries, which stand next in turn."""
    if entries is None:
        return Truth.UNKNOWN
    least = sum(next(surely) for _ in entries)
    most = len(entries) - sum(next(never) for _ in entries)
    return _between(leaf.op, leaf.value, int(least), int(most))


def _between(op: Op, value: int, least: int, most: int) -> Truth:
    """Only the ends count, and for equality the value itself where it lies between them."""
    tried = {least, most} | ({value} if least <= value <= most else set())
    answers = {bool(COMPARE[op](count, value)) for count in tried}
    return truth_of(answers.pop()) if len(answers) == 1 else Truth.UNKNOWN
