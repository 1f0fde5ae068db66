"""Names, topics and the border of every service: what must hold for each event there is."""

import re
from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from contracts.doors import service_names
from contracts.sample import sample
from events.catalog.names import all_names
from events.sourcing.codec import personal_fields
from events.sourcing.decider import Decider, fold
from events.sourcing.listed_topics import listed_topics
from events.sourcing.types import Published
from tests.support.services import (
    KERNEL,
    categories,
    deciders,
    events_of,
    published_by,
    states_of,
)

STORED_NAME = re.compile(r"[a-z]+\.[a-z]+(-[a-z]+)*\.v[1-9][0-9]*")
CLASSES = {"public", "internal"}
# Of an event about a person: ids, moments, who on the staff acted, editions, places in a journal.
TOLD_OF_A_PERSON = re.compile(r"[a-z_]+_(id|at|by|version|position)")
# Codes of the process, besides: none says what the person is, has or wants.
TOLD_BESIDES = {"announced_until", "reason", "resolution_promise"}
SPEAKING = [speaker for speaker in (*service_names(), KERNEL) if published_by(speaker)]
BORDER = [
    pytest.param(shape, rule, id=f"{service}-{shape.__name__}")
    for service in SPEAKING
    for shape, rule in published_by(service).items()
]


@pytest.mark.parametrize("name", all_names())
def test_a_stored_name_is_category_past_verb_and_version(name: str) -> None:
    assert STORED_NAME.fullmatch(name)


@pytest.mark.parametrize("shape", all_names().values())
def test_an_event_is_a_frozen_slotted_value(shape: type) -> None:
    assert is_dataclass(shape)
    assert shape.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert "__slots__" in vars(shape)


@pytest.mark.parametrize("shape", all_names().values())
def test_what_is_sealed_names_its_person(shape: type) -> None:
    if personal_fields(shape):
        assert "talent_id" in {field.name for field in fields(shape)}


@pytest.mark.parametrize("category", categories())
def test_every_category_has_its_topic(category: str) -> None:
    assert f"{category}.events" in listed_topics()


@pytest.mark.parametrize(("shape", "rule"), BORDER)
def test_what_leaves_can_be_read_again(shape: type, rule: Published) -> None:
    """A reader fills in sealed fields alone, so whatever else is left out would park the event."""
    public = {field.name for field in fields(shape)} - set(personal_fields(shape))
    assert set(rule.fields) in (set(), public)
    assert rule.classification in CLASSES


@pytest.mark.parametrize(("shape", "rule"), BORDER)
def test_of_a_person_only_ids_moments_and_codes_leave(shape: type, rule: Published) -> None:
    if "talent_id" not in {field.name for field in fields(shape)}:
        return
    told = set(rule.fields) - TOLD_BESIDES
    assert {name for name in told if not TOLD_OF_A_PERSON.fullmatch(name)} == set()
    assert rule.classification == "internal"


@pytest.mark.parametrize("service", SPEAKING)
def test_a_whole_state_has_a_compacted_topic_and_a_key(service: str) -> None:
    topics = listed_topics()
    for shape, state in states_of(service).items():
        assert topics[state.topic]["kept"] == "compact"
        assert state.key in {field.name for field in fields(shape)}


def test_every_event_has_one_speaker_that_says_what_leaves_of_it() -> None:
    speakers = {
        name: [service for service in SPEAKING if shape in published_by(service)]
        for name, shape in all_names().items()
    }
    assert {name: who for name, who in speakers.items() if len(who) != 1} == {}


@pytest.mark.parametrize("decider", deciders(), ids=lambda decider: decider.category)
def test_a_state_takes_each_of_its_events_after_any_other(
    decider: Decider[Any, Any, Any],
) -> None:
    """`evolve` has no rules, and what it takes is of its category."""
    names = [name for name, shape in all_names().items() if shape in events_of(decider)]
    assert {name.partition(".")[0] for name in names} == {decider.category}
    events = [sample(all_names()[name], number=number) for number in (1, 2) for name in names]
    for first in events:
        fold(decider, [first, *events, *reversed(events)])


@pytest.mark.parametrize("category", categories())
def test_every_event_of_a_category_is_taken_by_a_rule_book(category: str) -> None:
    own = {shape for name, shape in all_names().items() if name.startswith(f"{category}.")}
    books = [decider for decider in deciders() if decider.category == category]
    assert {shape for book in books for shape in events_of(book)} == own
