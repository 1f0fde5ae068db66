"""A thousand talents who do not exist, as the registry's HTTP requests would bring them.

Each is drawn from the seed and their own number alone, so a few of them are the first of many.
Resident numbers carry a division code beginning with 00, passports the specimen state UTO: both
pass every check of form, and neither can ever have been given to anybody.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from random import Random
from typing import Any

from infra.world.files import draw_facts
from infra.world.honours import draw_tiers
from infra.world.lives import FOREIGN, Life, draw_life
from infra.world.names import chinese_name, latin_name

SEED = 2026
TODAY = date(2026, 3, 1)
HOW_MANY = 1000
MOST = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """`key` is the stem of the idempotency keys; the rest are bodies of requests, in this order:
    POST /talents, POST /talents/{id}/facts, and POST /talents/{id}/tiers for each tier.
    """

    key: str
    registration: dict[str, Any]
    facts: dict[str, Any]
    tiers: tuple[dict[str, Any], ...]


def people(*, seed: int = SEED, today: date = TODAY) -> Iterator[Person]:
    """The same people for the same seed and day, in the same order, at most ten thousand."""
    for number in range(MOST):
        yield _person(number, seed, today)


def the_thousand() -> Iterator[Person]:
    """The people of the sample world."""
    return islice(people(), HOW_MANY)


def _person(number: int, seed: int, today: date) -> Person:
    chance = Random(f"{seed}/{number}")  # noqa: S311 - a repeatable world, no secret
    life = draw_life(chance, today)
    tiers = tuple(draw_tiers(chance, life, today))
    return Person(
        key=f"world/{seed}/{number:04d}",
        registration=_registration(chance, number, life),
        facts={"facts": draw_facts(chance, life, today, titled=bool(tiers))},
        tiers=tiers,
    )


def _registration(chance: Random, number: int, life: Life) -> dict[str, Any]:
    if life.origin == FOREIGN:
        return {
            "full_name": latin_name(chance),
            "identity_number": f"UTO-X{number:08d}",
            "identity_kind": "passport",
        }
    return {
        "full_name": chinese_name(chance),
        "identity_number": resident_number(number, life.birth_date, life.sex, chance),
        "identity_kind": "resident-id",
    }


def resident_number(number: int, birth_date: date, sex: str, chance: Random) -> str:
    """Eighteen places that are right in form (GB 11643-1999) and belong to nobody."""
    order = chance.randrange(100, 999)
    order += (order % 2 == 0) is (sex == "male")
    first = f"00{number:04d}{birth_date:%Y%m%d}{order:03d}"
    total = sum(int(digit) * 2 ** (17 - place) for place, digit in enumerate(first))
    return first + "0123456789X"[(12 - total % 11) % 11]
