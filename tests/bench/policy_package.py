"""How long the best package of thirty policies takes, without and with its certificate."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from statistics import quantiles

from services.policy.rules import (
    Interaction,
    Outcome,
    Vocabulary,
    best_package,
    default_vocabulary,
    evaluate,
    parse_policy,
    read_facts,
)
from services.policy.rules.choice import parts_of, solve_part
from services.policy.rules.doubts import grounded
from services.policy.rules.package import PROMISING
from services.policy.rules.rulings import NO_RULINGS
from services.policy.rules.scene import ALONE, scene_of
from tests.bench.figures import Figure, say

POLICIES = 30
ROUNDS = 200
NOW = datetime(2026, 4, 1, tzinfo=UTC)
TODAY = date(2026, 4, 1)
ITEMS = ("rent", "living", "settling", "award", "home_purchase")
FILE = """
format: 1
id: P{number:02}
version: 1
issuer: {issuer}
title: {{zh: "样例 {number}", en: "Sample {number}"}}
region: shanghai
doc_no: not_seen
published: 2025-01-01
in_force: {{from: 2025-01-01, to: open}}
scope: whole
sources: [{{title: Sample, quality: invented}}]
eligibility: {{entry: {{since: birth_date, op: ">=", years: 0, cite: a}}}}
benefits:
  - {{id: b, kind: money, cost_item: {item}, pay: {{amount: {yuan} 元, per: once}}, cite: a}}
interactions: [{said}]
"""


def measure() -> Iterator[Figure]:
    """CPU milliseconds of 200 random worlds; one in five pairs excludes, sums meet caps."""
    vocabulary = default_vocabulary()
    worlds = [a_world(random.Random(number), vocabulary) for number in range(ROUNDS)]
    say(f"package: {ROUNDS} worlds of {POLICIES} policies")
    for name, ask, aim in (("optimum", optimum, 5.0), ("certificate", certificate, 50.0)):
        took = [_milliseconds(ask, *world) for world in worlds]
        for label, value in (("median", _percentile(took, 50)), ("p99", _percentile(took, 99))):
            yield Figure(
                figure=f"policy.package-{name}-{label}",
                value=value,
                unit="ms",
                aim=aim if label == "p99" else None,
                better="less",
            )


def optimum(outcomes: Sequence[Outcome], said: Sequence[Interaction]) -> None:
    """The best set alone, proved to be the best."""
    scene, _ = scene_of({ALONE: outcomes}, said, PROMISING)
    on, _ = grounded(scene, NO_RULINGS)
    for part in parts_of(on):
        solve_part(part, on)


def certificate(outcomes: Sequence[Outcome], said: Sequence[Interaction]) -> None:
    """What blocks each policy left out, and what forcing it in would cost, besides."""
    best_package(outcomes, said)


def a_world(
    chance: random.Random, vocabulary: Vocabulary
) -> tuple[list[Outcome], list[Interaction]]:
    policies = [
        parse_policy(
            FILE.format(
                number=number,
                issuer=chance.choice(["shanghai", "putuo", "minhang"]),
                item=chance.choice(ITEMS),
                yuan=chance.randrange(1, 200) * 1000,
                said=_said(chance, number),
            ),
            vocabulary=vocabulary,
        )
        for number in range(POLICIES)
    ]
    born = {"name": "birth_date", "value": "1990-01-01", "source": "verified", "recorded_at": NOW}
    facts = read_facts([born], vocabulary)
    outcomes = [evaluate(policy, facts, TODAY, NOW) for policy in policies]
    return outcomes, [each for policy in policies for each in policy.interactions]


def _said(chance: random.Random, number: int) -> str:
    """Whom it excludes; one in ten tops another up, is capped with others, or deducts."""
    others = [f"P{n:02}" for n in range(number) if chance.random() < 0.2]
    said = [f"{{id: no, exclusive: {{target: '#b', excludes: [{', '.join(others)}]}}, cite: a}}"]
    others = chance.sample([f"P{n:02}" for n in range(POLICIES) if n < number] or ["P99"], 1)
    more = {
        0: f"deduct_prior: {{target: '#b', members: {others}}}",
        1: f"cap: {{members: ['#b', {others[0]}], most: 12 万元}}",
        2: f"top_up: {{target: '#b', bases: {others}, total_cap: {{amount: 15 万元, per: once}}}}",
    }.get(chance.randrange(30))
    said = said if "P" in said[0] else []
    return ", ".join([*said, *([f"{{id: more, {more}, cite: a}}"] if more else [])])


def _milliseconds(ask: Callable[..., None], *world: object) -> float:
    # CPU time: what else runs on the machine is not ours to count.
    began = time.process_time()
    ask(*world)
    return (time.process_time() - began) * 1000


def _percentile(took: Sequence[float], percent: int) -> float:
    return quantiles(took, n=100, method="inclusive")[percent - 1]
