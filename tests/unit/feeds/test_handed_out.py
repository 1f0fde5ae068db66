"""Other agencies are handed what happened, and nothing of who on the staff did it."""

import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import Row

from contracts.sample import sample
from events.catalog.body import BodyEstablished
from events.catalog.ticket import TicketOpened
from events.sourcing.types import Published
from services.feeds.cloudevents import cloudevent
from services.feeds.handed_out import HANDED_OUT, handed_out
from tests.support.services import public_rules

PUBLIC = public_rules()
STAFF = {"established_by", "published_by", "recorded_by", "charted_by", "raised_by", "closed_by"}


def test_every_public_event_is_listed_and_no_other() -> None:
    assert set(HANDED_OUT) == set(PUBLIC)


@pytest.mark.parametrize(("shape", "rule"), PUBLIC.items())
def test_all_that_is_public_is_handed_out_but_who_on_the_staff_did_it(
    shape: type, rule: Published
) -> None:
    text = handed_out(sample(shape))
    assert text is not None
    assert set(json.loads(text)) == set(rule.fields) - STAFF


def test_of_an_event_that_is_not_listed_nothing_is_handed_out() -> None:
    assert handed_out(sample(TicketOpened)) is None
    assert handed_out(None) is None


def test_what_the_asker_chose_for_correlation_stays_inside() -> None:
    row: dict[str, Any] = {
        "event_id": "e-1",
        "source": "/services/policy",
        "name": "body.established.v1",
        "stream": "body-1",
        "stream_version": 1,
        "occurred_at": datetime(2026, 3, 2, tzinfo=UTC),
        "cursor": 7,
        "correlation_id": "about Wang Yang",
        "causation_id": None,
        "classification": "public",
        "data": handed_out(sample(BodyEstablished)),
    }
    event = cloudevent(cast("Row[Any]", SimpleNamespace(**row)), schemas="http://feeds")
    assert "about Wang Yang" not in json.dumps(event)
    assert event["sequence"].endswith("7")
