"""The rules of the tree of issuing bodies: a body is established once, under one that stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias, assert_never

from events.catalog.body import BodyEstablished
from events.sourcing.decider import Decider
from events.sourcing.types import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class EstablishBody:
    body_id: str
    name_zh: str
    name_en: str
    level: str
    parent_id: str | None
    region: str
    established_by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RelyOnBody:
    """Something else depends on this body; refused unless it is established."""

    body_id: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """No such body has been established."""


@dataclass(frozen=True, slots=True)
class Established:
    said: tuple[str | None, ...]


BodyCommand: TypeAlias = EstablishBody | RelyOnBody
Body: TypeAlias = Unknown | Established


def decide(command: BodyCommand, body: Body) -> Sequence[BodyEstablished]:
    """What follows from a command about a body."""
    match command:
        case EstablishBody():
            return establish_body(command, body)
        case RelyOnBody():
            return rely_on_body(command, body)
        case _:
            assert_never(command)


def establish_body(command: EstablishBody, body: Body) -> Sequence[BodyEstablished]:
    """Saying the same again is nothing; saying something else is refused."""
    if command.parent_id == command.body_id:
        raise Refused("body-under-itself", body_id=command.body_id)
    happened = BodyEstablished(
        body_id=command.body_id,
        name_zh=command.name_zh,
        name_en=command.name_en,
        level=command.level,
        parent_id=command.parent_id,
        region=command.region,
        established_by=command.established_by,
        established_at=command.at,
    )
    if isinstance(body, Unknown):
        return [happened]
    if body.said != _said(happened):
        raise Refused("body-already-established", body_id=command.body_id)
    return []


def rely_on_body(command: RelyOnBody, body: Body) -> Sequence[BodyEstablished]:
    if isinstance(body, Unknown):
        raise Refused("body-not-established", body_id=command.body_id)
    return []


def evolve(_body: Body, event: BodyEstablished) -> Body:
    """What an establishment changes."""
    return Established(_said(event))


def _said(event: BodyEstablished) -> tuple[str | None, ...]:
    return event.name_zh, event.name_en, event.level, event.parent_id, event.region


body: Decider[BodyCommand, Body, BodyEstablished] = Decider("body", Unknown(), decide, evolve)
