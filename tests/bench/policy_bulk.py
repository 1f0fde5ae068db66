"""How long two hundred policies take over a million people, and over one with every proof."""

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import polars as pl
import psutil

from infra.local.places import ROOT
from services.policy.rules import (
    Published,
    Vocabulary,
    default_vocabulary,
    load_policies,
)
from services.policy.rules.bulk.agreement import disagreements, trees_of
from services.policy.rules.bulk.bits import Split, unpacked
from services.policy.rules.bulk.columns import People
from services.policy.rules.bulk.frame import facts_of_row, people_of_frame
from services.policy.rules.bulk.trees import rules_of, truths
from services.policy.rules.evaluate import judge_all
from services.policy.rules.explain import near_misses
from services.policy.rules.facts import Fact, select
from services.policy.rules.tree import Tree, Unseen
from services.policy.rules.view import View, build_view
from tests.bench.figures import Figure, say
from tests.bench.peer_openfisca import PEER, Peer
from tests.bench.policy_world import POLICIES, TODAY, frame, rules

TALENTS = 1_000_000
ROUNDS = 5
PERSONS = 200
SAMPLED = 10_000
NOW = datetime(2026, 4, 1, tzinfo=UTC)
_MEGABYTE = 1_000_000


def measure() -> Iterator[Figure]:
    """The peer judges the same people by the same rules, in the same run."""
    table = frame(TALENTS)
    criteria = _criteria()
    needs = rules_of(criteria, TODAY).needs
    people = people_of_frame(table, needs, default_vocabulary())
    yield _memory(criteria, people)
    yield from _against_the_peer(criteria, people, Peer(rules(), table), table)
    yield from _explained(table)
    yield _differing()


def _judge(criteria: Sequence[Tree], people: People) -> list[Split]:
    return truths(rules_of(criteria, TODAY), people)


def _against_the_peer(
    criteria: Sequence[Tree], people: People, peer: Peer, table: pl.DataFrame
) -> Iterator[Figure]:
    """In turns, the best of each: what else runs on the machine slows both."""
    _must_be_the_same_rules(_judge(criteria, people), peer.judge(), table)
    turns = [(_cpu(lambda: _judge(criteria, people)), _cpu(peer.judge)) for _ in range(ROUNDS)]
    ours, theirs = map(min, zip(*turns, strict=True))
    say(f"{POLICIES} policies, {TALENTS} talents: {ours:.2f} CPU s, {PEER}: {theirs:.2f} CPU s")
    yield Figure(
        figure="policy.bulk-ms", value=ours * 1_000, unit="CPU ms", aim=1_000, better="less"
    )
    yield Figure(
        figure="policy.bulk",
        value=POLICIES * TALENTS / ours / _MEGABYTE,
        unit="million answers/CPU s",
        peer=PEER,
        peer_value=POLICIES * TALENTS / theirs / _MEGABYTE,
        aim=5,
    )


def _must_be_the_same_rules(
    ours: Sequence[Split], theirs: Sequence[Any], table: pl.DataFrame
) -> None:
    """Of whom everything is known, two truth values are enough, and both must say the same."""
    complete = table.select(pl.all_horizontal(pl.all().is_not_null())).to_series().to_numpy()
    for split, found in zip(ours, theirs, strict=True):
        if not np.array_equal(unpacked(split.true, table.height)[complete], found[complete]):
            raise AssertionError("the peer was given other rules")


def _memory(criteria: Sequence[Tree], people: People) -> Figure:
    """The most that was held while judging, above what was held before, answers included."""
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = psutil.Process().memory_info().rss
    found = _judge(criteria, people)
    most = _most_held()
    say(f"memory: {before / _MEGABYTE:.0f} MB before, {most / _MEGABYTE:.0f} MB at most")
    return Figure(
        figure="policy.bulk-memory",
        value=(most - before) / _MEGABYTE if found else 0,
        unit="MB",
        aim=300,
        better="less",
    )


def _most_held() -> int:
    """Since it was last begun anew; Linux counts it in kilobytes."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (line,) = [each for each in status.splitlines() if each.startswith("VmHWM")]
    return int(line.split()[1]) * 1024


def _explained(table: pl.DataFrame) -> Iterator[Figure]:
    """One person by every policy: the proof of each answer, and what would have to change.

    The view is new: what near misses have in common is worked out for the first people.
    """
    view, vocabulary = _view(), default_vocabulary()
    waits = [
        _explaining(view, facts_of_row(row, vocabulary), vocabulary)
        for row in table.head(PERSONS).iter_rows(named=True)
    ]
    first = sum(waits[0])
    proved, missed = (median(each) for each in zip(*waits, strict=True))
    whole = median(map(sum, waits))
    say(f"one talent, {POLICIES} policies explained: {proved:.2f} ms, near misses {missed:.2f} ms")
    say(f"both: {whole:.2f} ms, for the first of {PERSONS} {first:.1f} ms")
    for name, took in (("policy.explain", whole), ("policy.explain-proofs-alone", proved)):
        yield Figure(figure=name, value=took, unit="CPU ms", aim=5, better="less")


def _explaining(view: View, facts: Sequence[Fact], vocabulary: Vocabulary) -> tuple[float, float]:
    """CPU milliseconds for the proofs, and for the near misses of the same person."""
    began = time.process_time()
    person = select(facts, view.valid_at, view.known_at)
    judge_all(view.ready(), person)
    proved = time.process_time()
    near_misses(view, person, vocabulary)
    return (proved - began) * 1_000, (time.process_time() - proved) * 1_000


def _differing() -> Figure:
    """Each encoded policy by the people at its boundaries; ten thousand others among them all."""
    folders = (ROOT / "data/policies", ROOT / "data/demo/policies")
    policies = [policy for folder in folders for policy in load_policies(folder)]
    sampled = SAMPLED // len(policies) + 1
    found = [
        one for each in policies for one in disagreements(trees_of(each), TODAY, sampled=sampled)
    ]
    say(f"{len(policies)} policies, people at boundaries and {SAMPLED} more: {len(found)} differ")
    return Figure(
        figure="policy.differences", value=len(found), unit="answers", aim=0, better="less"
    )


def _criteria() -> list[Tree]:
    found = [rule.policy(number).entry for number, rule in enumerate(rules())]
    return [tree for tree in found if not isinstance(tree, Unseen)]


def _view() -> View:
    rows = [
        Published(row_id=str(number), policy=rule.policy(number), recorded_at=NOW)
        for number, rule in enumerate(rules())
    ]
    return build_view(rows, TODAY, NOW)


def _cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
