"""`bulk`: how many of all people stand how with each policy, all of them judged at once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from services.policy.entitlements.fact_list import typed
from services.policy.offline.asked import Asked
from services.policy.offline.budgeting import told
from services.policy.offline.crowd import TABLE, persons_of
from services.policy.offline.people import Person
from services.policy.offline.progress import paced, say
from services.policy.offline.table import read_table
from services.policy.offline.world import basis_of, view_of
from services.policy.rules import State, Vocabulary
from services.policy.rules.budget.crowd import Crowd, crowd_of, crowd_of_frame
from services.policy.rules.budget.registry import Step, add_up, empty, texts_of
from services.policy.rules.bulk.bits import how_many
from services.policy.rules.bulk.columns import People
from services.policy.rules.bulk.frame import people_of_frame
from services.policy.rules.bulk.people import people_of
from services.policy.rules.bulk.states import Judging, States, judging_of, states_of
from services.policy.rules.facts import select

Json = dict[str, Any]
Counts = dict[str, dict[State, int]]
AT_ONCE = 50_000
"""People of a list who are held in memory together; a table is held whole."""


def bulk(asked: Asked, vocabulary: Vocabulary) -> Json:
    seen = view_of(asked, vocabulary)
    judging, texts = judging_of(seen.view), texts_of(seen.view)
    counts = {entry.policy.policy_id: dict[State, int]() for entry in seen.view.entries}
    people, budget = 0, empty(seen.view)
    for crowd, part in _parts(asked, vocabulary, judging):
        states = states_of(judging, part, _judged(people, part.count))
        _add(counts, states)
        people += part.count
        say(f"{people} people judged")
        if asked.packages:
            add_up(budget, texts, crowd, states, horizon=asked.horizon, heard=_heard())
    packages = {"packages": told(budget, seen.view)} if asked.packages else {}
    return {
        **basis_of(seen, asked, vocabulary),
        "people": people,
        "policies": [
            {"policy_id": name, "states": {state.value: each[state] for state in sorted(each)}}
            for name, each in counts.items()
        ],
        **packages,
    }


def _judged(before: int, count: int) -> Callable[[int], None]:
    """How many of all that were read are judged, besides those of the lists before."""
    now_and_then = paced()
    return lambda done: now_and_then(f"{before + done} of {before + count} people judged")


def _heard() -> Callable[[Step], None]:
    """Not more often than a reader can follow."""
    now_and_then = paced()

    def heard(step: Step) -> None:
        now_and_then(f"{step.clusters} of {step.of} clusters of policies, {step.groups} groups")

    return heard


def _add(counts: Counts, found: Mapping[str, States]) -> None:
    for policy_id, states in found.items():
        for state, bits in states.items():
            number = how_many(bits)
            if number:
                counts[policy_id][state] = counts[policy_id].get(state, 0) + number


def _parts(
    asked: Asked, vocabulary: Vocabulary, judging: Judging
) -> Iterator[tuple[Crowd, People]]:
    needs = judging.needs
    if asked.people is not None and asked.people.suffix == TABLE:
        table = read_table(asked.people, vocabulary)
        say(f"{table.height} people read")
        crowd = crowd_of_frame(table, asked.valid_at, asked.known_at, vocabulary)
        yield crowd, people_of_frame(table, needs, vocabulary)
        return
    persons = persons_of(asked, vocabulary)
    while part := list(islice(persons, AT_ONCE)):
        views = _views(part, asked, vocabulary)
        yield crowd_of(views), people_of(views, needs)


def _views(part: Sequence[Person], asked: Asked, vocabulary: Vocabulary) -> list[Any]:
    return [
        select(typed(person.facts, vocabulary), asked.valid_at, asked.known_at) for person in part
    ]
