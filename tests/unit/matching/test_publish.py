"""What leaves of a match: all that is not personal, but of a shortlist nothing."""

from dataclasses import fields

from events.catalog import chain, demand, match
from events.catalog.match import ShortlistChanged
from events.sourcing.codec import personal_fields
from services.matching.publish import PUBLISHED


def test_every_event_is_listed() -> None:
    every = {*chain.NAMES.values(), *demand.NAMES.values(), *match.NAMES.values()}

    assert set(PUBLISHED) == every


def test_all_that_is_not_personal_leaves_and_nothing_else() -> None:
    for shape, published in PUBLISHED.items():
        open_fields = {f.name for f in fields(shape)} - set(personal_fields(shape))
        assert set(published.fields) == (set() if shape is ShortlistChanged else open_fields)


def test_only_chains_and_demands_are_public() -> None:
    public = {shape for shape, rule in PUBLISHED.items() if rule.classification == "public"}

    assert public == {*chain.NAMES.values(), *demand.NAMES.values()}
