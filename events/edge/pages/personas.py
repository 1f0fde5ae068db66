"""The synthetic people one may sign in as, and the actor each of them is."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from events.edge.asking import context_of, new_id
from events.edge.identity import Actor
from events.sourcing.yaml_files import read_yaml_file

FILE = Path(__file__).resolve().parents[3] / "data/demo/personas.yaml"

Text = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """`doors` names the services whose pages this person may come to."""

    persona_id: str
    doors: frozenset[str]
    actor: Actor
    name: Text
    role: Text
    about: Text | None


def read_personas(file: Path = FILE) -> tuple[Persona, ...]:
    """Every persona of the file, in its order."""
    listed = read_yaml_file(file)["personas"]
    return tuple(_persona(entry) for entry in listed)


def registered_id(*, by: str, key: str) -> str:
    """The talent's id that the registry made when `by` registered somebody under this key."""
    context = context_of(
        service="registry",
        actor=Actor(subject=by, roles=frozenset()),
        key=key,
        correlation_id=None,
        causation_id=None,
        target="POST /talents",
    )
    return new_id(context, "talent")


def _persona(entry: Mapping[str, Any]) -> Persona:
    return Persona(
        persona_id=entry["persona_id"],
        doors=frozenset(entry["doors"]),
        actor=_actor(entry),
        name=entry["name"],
        role=entry["role"],
        about=entry.get("about"),
    )


def _actor(entry: Mapping[str, Any]) -> Actor:
    roles = frozenset(entry["roles"])
    if "registered" not in entry:
        return Actor(subject=entry["subject"], roles=roles, body_id=entry.get("body_id"))
    talent_id = registered_id(**entry["registered"])
    return Actor(subject=f"talent-{talent_id}", roles=roles, talent_id=talent_id)
