"""What the hand-written lists claim of the encoded policies, each with the place that shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from events.sourcing.yaml_files import read_yaml_file

HERE = Path(__file__).parent
POLICIES = HERE.parents[1] / "data" / "policies"


@dataclass(frozen=True, slots=True)
class Place:
    """A part of a policy file: keys, places in lists, or the id or name of an item."""

    policy: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Shown at these places, or not, and then why; both where only a part is shown."""

    number: int
    name: str
    shown: tuple[Place, ...]
    why_not: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A place that the language cannot say yet, or says less well than it could."""

    place: Place
    wanted: str


def points() -> tuple[Claim, ...]:
    return tuple(map(_claim, _read("points.yaml")))


def overlaps() -> tuple[Claim, ...]:
    return tuple(map(_claim, _read("overlaps.yaml")))


def wishes() -> tuple[Wish, ...]:
    return tuple(
        Wish(place=_place(each["place"]), wanted=each["wanted"]) for each in _read("wishes.yaml")
    )


def found(place: Place, folder: Path = POLICIES) -> object | None:
    """What stands there; nothing where there is no such file or part."""
    path = folder / f"{place.policy}.yaml"
    if not path.exists():
        return None
    here: object | None = read_yaml_file(path)
    for step in place.at.split("."):
        here = _step(here, step)
    return here


def _step(here: object, step: str) -> object | None:
    match here:
        case dict():
            return here.get(step)
        case list() if step.isdigit():
            return here[int(step)] if int(step) < len(here) else None
        case list():
            named = (each for each in here if step in (each.get("id"), each.get("name")))
            return next(named, None)
        case _:
            return None


def _claim(given: Mapping[str, Any]) -> Claim:
    return Claim(
        number=given["number"],
        name=given["name"],
        shown=tuple(map(_place, given.get("shown", []))),
        why_not=given.get("why_not"),
    )


def _place(text: str) -> Place:
    policy, _, at = text.partition("#")
    return Place(policy, at)


def _read(name: str) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = read_yaml_file(HERE / name)
    return listed
