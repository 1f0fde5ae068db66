"""How long the best packages of a million people and their budget take: two hundred policies."""

import time
from collections.abc import Iterator

import polars as pl

from services.policy.rules import default_vocabulary
from services.policy.rules.budget.crowd import crowd_of_frame
from services.policy.rules.budget.registry import Budget, Step, add_up, empty, texts_of
from services.policy.rules.bulk.frame import people_of_frame
from services.policy.rules.bulk.states import judging_of, states_of
from services.policy.rules.view import View
from tests.bench import registry_world
from tests.bench.figures import Figure, say

TALENTS = 1_000_000
EVERY = 5
"""Clusters between two lines of progress."""


def measure() -> Iterator[Figure]:
    """CPU seconds from the table of facts to the budget, in both readings."""
    table = registry_world.people(TALENTS)
    for name, view, aim in (
        ("alike", registry_world.alike(), 10.0),
        ("varied", registry_world.varied(), 60.0),
    ):
        began = time.process_time()
        found = budget(view, table)
        took = time.process_time() - began
        _tell(name, found, took)
        yield Figure(
            figure=f"policy.registry.{name}", value=took, unit="CPU s", aim=aim, better="less"
        )


def budget(view: View, table: pl.DataFrame) -> Budget:
    words, judging = default_vocabulary(), judging_of(view)
    states = states_of(judging, people_of_frame(table, judging.needs, words))
    crowd = crowd_of_frame(table, view.valid_at, view.known_at, words)
    found = empty(view)
    add_up(found, texts_of(view), crowd, states, heard=_progress)
    return found


def _progress(step: Step) -> None:
    if step.clusters % EVERY == 0 or step.clusters == step.of:
        say(f"clusters {step.clusters} of {step.of}, {step.groups} groups of people answered")


def _tell(name: str, found: Budget, took: float) -> None:
    surely = sum(line.most_fen for line in found.surely.lines.values()) / 100e8
    perhaps = sum(line.most_fen for line in found.perhaps.lines.values()) / 100e8
    each = sum(found.eligible.values()) / found.people
    say(f"{name}: {found.people} people, {each:.1f} policies each, {found.groups} groups apart")
    say(
        f"{name}: {surely:.1f} hundred million yuan surely, {perhaps:.1f} perhaps; {took:.1f} CPU s"
    )
