"""What may happen to an issuing body."""

from dataclasses import replace

from events.catalog.body import BodyEstablished
from events.sourcing.testing import given
from services.policy.bodies.domain import EstablishBody, RelyOnBody, body
from tests.support.policy import DISTRICT, NOON

ESTABLISH = EstablishBody(**DISTRICT, established_by="loader", at=NOON)
ESTABLISHED = BodyEstablished(**DISTRICT, established_by="loader", established_at=NOON)


def test_a_body_is_established() -> None:
    given(body).when(ESTABLISH).then(ESTABLISHED)


def test_saying_the_same_again_is_nothing() -> None:
    given(body, ESTABLISHED).when(ESTABLISH).then_nothing()


def test_a_body_does_not_change_by_being_established_again() -> None:
    given(body, ESTABLISHED).when(replace(ESTABLISH, parent_id="cn")).then_refused(
        "body-already-established"
    )


def test_a_body_does_not_stand_under_itself() -> None:
    given(body).when(replace(ESTABLISH, parent_id="demo-district")).then_refused(
        "body-under-itself"
    )


def test_only_an_established_body_can_be_relied_on() -> None:
    rely = RelyOnBody(body_id="demo-district")
    given(body).when(rely).then_refused("body-not-established")
    given(body, ESTABLISHED).when(rely).then_nothing()
