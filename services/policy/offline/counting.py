"""`bulk`: how many of all people stand how with each policy, all of them judged at once."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from services.policy.entitlements.assess import engine_version
from services.policy.entitlements.fact_list import typed
from services.policy.offline.asked import Asked
from services.policy.offline.crowd import TABLE, persons_of
from services.policy.offline.people import Person
from services.policy.offline.progress import say
from services.policy.offline.table import read_table
from services.policy.offline.world import view_of
from services.policy.rules import State, Vocabulary
from services.policy.rules.bulk.bits import how_many
from services.policy.rules.bulk.columns import People
from services.policy.rules.bulk.frame import people_of_frame
from services.policy.rules.bulk.people import people_of
from services.policy.rules.bulk.states import Judging, judging_of, states_of
from services.policy.rules.facts import select

Json = dict[str, Any]
Counts = dict[str, dict[State, int]]
AT_ONCE = 50_000
"""People of a list who are held in memory together; a table is held whole."""


def bulk(asked: Asked, vocabulary: Vocabulary) -> Json:
    seen = view_of(asked, vocabulary)
    judging = judging_of(seen.view)
    people, counts = 0, {entry.policy.policy_id: dict[State, int]() for entry in seen.view.entries}
    for part in _parts(asked, vocabulary, judging):
        people += part.count
        _add(counts, judging, part)
        say(f"{people} people judged")
    return {
        "valid_at": asked.valid_at.isoformat(),
        "known_at": asked.known_at.isoformat(),
        "engine_version": engine_version(vocabulary),
        "people": people,
        "policies": [
            {"policy_id": name, "states": {state.value: each[state] for state in sorted(each)}}
            for name, each in counts.items()
        ],
    }


def _add(counts: Counts, judging: Judging, people: People) -> None:
    for policy_id, states in states_of(judging, people).items():
        for state, bits in states.items():
            number = how_many(bits)
            if number:
                counts[policy_id][state] = counts[policy_id].get(state, 0) + number


def _parts(asked: Asked, vocabulary: Vocabulary, judging: Judging) -> Iterator[People]:
    needs = judging.needs
    if asked.people is not None and asked.people.suffix == TABLE:
        yield people_of_frame(read_table(asked.people, vocabulary), needs, vocabulary)
        return
    persons = persons_of(asked, vocabulary)
    while part := list(islice(persons, AT_ONCE)):
        yield people_of(_views(part, asked, vocabulary), needs)


def _views(part: Sequence[Person], asked: Asked, vocabulary: Vocabulary) -> list[Any]:
    return [
        select(typed(person.facts, vocabulary), asked.valid_at, asked.known_at) for person in part
    ]
