"""What leaves of a ticket: every event, each field that is not personal, nothing that is."""

from dataclasses import fields

from events.catalog.ticket import NAMES
from events.sourcing.codec import personal_fields
from services.concierge.publish import PUBLISHED


def test_every_event_is_listed() -> None:
    assert set(PUBLISHED) == set(NAMES.values())


def test_all_that_is_not_personal_leaves_and_nothing_else() -> None:
    for shape, published in PUBLISHED.items():
        open_fields = {f.name for f in fields(shape)} - set(personal_fields(shape))
        assert set(published.fields) == open_fields


def test_other_agencies_see_none_of_it() -> None:
    assert {published.classification for published in PUBLISHED.values()} == {"internal"}


def test_what_people_say_and_what_it_is_about_is_personal() -> None:
    words = {name for shape in PUBLISHED for name in personal_fields(shape)}
    assert words == {"topic", "subject", "message", "answer", "resolution", "stars", "comment"}
