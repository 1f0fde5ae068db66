"""What is public is listed once and in the order of its stream; nothing else is."""

from contracts.sample import sample
from events.catalog.body import BodyEstablished
from events.catalog.feed import EventListed
from events.sourcing.testing import given
from events.sourcing.types import Recorded
from services.feeds.domain import ListEvent, feed
from services.feeds.listing import listing_of
from services.feeds.process import react, source_topics
from services.feeds.projection import project_listed
from tests.support.recorded import NOON, recorded
from tests.support.spoken import spoken

BODY = sample(BodyEstablished, name_zh="闵行区")
NAME = "body.established.v1"


def public(version: int = 1, *, event: object = BODY) -> Recorded[object]:
    return recorded(event, name=NAME, stream="body-1", version=version, classification="public")


def command(version: int) -> ListEvent:
    (only,) = react(public(version))
    return listing_of(only.recorded)


def listed(version: int) -> EventListed:
    (event,) = feed.decide(command(version), version - 1)
    assert isinstance(event, EventListed)
    return event


def test_a_public_event_is_listed_as_it_happened() -> None:
    event = listed(1)
    assert (event.name, event.stream, event.stream_version) == (NAME, "body-1", 1)
    assert (event.source, event.occurred_at) == ("/services/policy", NOON)
    assert event.data is not None
    assert "闵行区" in event.data


def test_what_is_internal_stays_away() -> None:
    assert list(react(recorded(BODY, name=NAME, stream="body-1"))) == []


def test_an_event_that_left_as_its_envelope_is_listed_without_data() -> None:
    (only,) = react(public(event=None))
    assert listing_of(only.recorded).data is None


def test_an_event_is_listed_once() -> None:
    given(feed, listed(1)).when(command(1)).then()


def test_an_older_event_that_comes_again_is_not_listed_behind_a_newer_one() -> None:
    given(feed, listed(1), listed(2)).when(command(1)).then()


def test_the_next_event_of_a_stream_is_listed() -> None:
    given(feed, listed(1)).when(command(2)).then(listed(2))


def test_the_feed_does_not_read_itself() -> None:
    assert "feed.events" not in source_topics()
    assert {"policy.events", "body.events"} <= {*source_topics()}


def test_a_listed_event_stands_at_its_place_in_the_feed() -> None:
    (statement,) = project_listed(
        recorded(listed(1), name="feed.event-listed.v1", stream="feed-body-1", version=7)
    )
    verb, table, row = spoken(statement)
    assert (verb, table) == ("INSERT", "listed")
    assert (row["cursor"], row["name"], row["stream_version"]) == (7, NAME, 1)
