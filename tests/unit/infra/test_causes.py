"""The story's events are one tree of causes, and the story fails where they are not."""

from collections.abc import Mapping, Sequence
from typing import Any

import httpx
import pytest

from infra.world import client as asking
from infra.world.causes import loose_ends, tree
from infra.world.client import Client
from infra.world.story import LAST, SERVICES, Torn, faults_of, whole_matter


def event(number: int, *, cause: int | None, service: str = "registry") -> dict[str, Any]:
    return {
        "event_id": f"event-{number}",
        "causation_id": None if cause is None else f"event-{cause}",
        "name": f"thing.happened-{number}.v1",
        "service": service,
        "position": number,
        "stream": "thing-1",
        "version": number,
        "recorded_at": f"2026-03-03T22:38:0{number}+08:00",
    }


WHOLE = [
    event(1, cause=None),
    event(2, cause=1, service="policy"),
    event(3, cause=1, service="matching"),
    {**event(4, cause=3, service="concierge"), "name": LAST},
]


def test_events_under_one_root_are_one_tree() -> None:
    assert not loose_ends(WHOLE)
    assert not faults_of(WHOLE)


def test_they_are_printed_each_under_its_cause() -> None:
    depths = [len(line) - len(line.lstrip()) for line in tree(WHOLE)]
    assert depths == [0, 2, 2, 4]


def test_a_second_root_is_named_with_the_first() -> None:
    (said,) = loose_ends([*WHOLE, event(5, cause=None)])
    assert said == "2 roots: registry:1, registry:5"


def test_a_cause_that_nobody_knows_is_named() -> None:
    (said,) = loose_ends([*WHOLE, event(5, cause=9)])
    assert said == "registry:5 has a cause that nobody knows: event-9"


def test_events_that_cause_each_other_in_a_circle_are_named() -> None:
    said = loose_ends([*WHOLE, event(5, cause=6), event(6, cause=5)])
    assert said == [
        "registry:5 is not reached from a root",
        "registry:6 is not reached from a root",
    ]


def test_nothing_at_all_is_no_tree() -> None:
    assert loose_ends([]) == ["0 roots: "]


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_a_service_that_took_no_part_is_named(service: str) -> None:
    others = [each | {"service": "ops"} if each["service"] == service else each for each in WHOLE]
    assert faults_of(others) == [f"{service} took no part"]


def client_hearing(monkeypatch: pytest.MonkeyPatch, events: Sequence[Mapping[str, Any]]) -> Client:
    """Somebody with little patience, who always hears the same events."""
    monkeypatch.setattr(asking, "PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(asking, "PATIENCE_SECONDS", 0.0)
    answer = httpx.Response(200, json={"events": list(events)})
    http = httpx.AsyncClient(transport=httpx.MockTransport(lambda _: answer))
    return Client(secret=b"a secret for tests", urls={"ops": "http://ops"}, http=http)


async def test_the_story_goes_on_with_a_matter_that_is_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    matter = await whole_matter(client_hearing(monkeypatch, WHOLE), "arrival")
    assert matter["events"] == WHOLE


async def test_the_story_fails_and_says_why_where_causes_are_no_tree(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    torn = [*WHOLE, event(5, cause=9)]
    with pytest.raises(Torn, match="registry:5 has a cause that nobody knows"):
        await whole_matter(client_hearing(monkeypatch, torn), "arrival")
