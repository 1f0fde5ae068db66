"""Which titles and tiers an invented life holds: few, and only such as its years allow."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from infra.world.lives import BACHELOR, DOCTOR, MASTER, YEAR, Life, happens


@dataclass(frozen=True, slots=True, kw_only=True)
class Honour:
    """`years` since the degree within which it is given, and how `likely` it is then."""

    programme: str
    tier: str | None
    body: str
    degree: int
    years: range
    likely: float
    district: str | None = None
    abroad: bool = False


HONOURS = (
    Honour(
        programme="sh.super-postdoc",
        tier=None,
        body="shanghai-hrss",
        degree=DOCTOR,
        years=range(5),
        likely=0.15,
    ),
    Honour(
        programme="sh.pujiang",
        tier=None,
        body="shanghai-hrss",
        degree=DOCTOR,
        years=range(11),
        likely=0.15,
        abroad=True,
    ),
    Honour(
        programme="sh.leading",
        tier=None,
        body="shanghai-organisation",
        degree=DOCTOR,
        years=range(12, 40),
        likely=0.08,
    ),
    Honour(
        programme="pd.pearl",
        tier="elite",
        body="pudong",
        degree=MASTER,
        years=range(3, 25),
        likely=0.05,
        district="pudong",
    ),
)
LETTERED = {"minhang": "mh.chunshen", "qingpu": "qp.tier", "songjiang": "sj.tier"}
LETTERED_LIKELY = 0.2
YEARS_TO_C = 10


def draw_tiers(chance: Random, life: Life, today: date) -> Iterator[dict[str, Any]]:
    """Bodies of POST /talents/{id}/tiers."""
    years = life.years_since(life.graduated, today)
    for honour in HONOURS:
        if _open_to(honour, life, years) and happens(chance, honour.likely):
            yield _tier(chance, today, honour.programme, honour.tier, body=honour.body)
    programme = LETTERED.get(life.district)
    if programme and life.degree >= BACHELOR and happens(chance, LETTERED_LIKELY):
        yield _tier(chance, today, programme, _letter(life, years), body=life.district)


def _open_to(honour: Honour, life: Life, years: int) -> bool:
    return (
        life.degree >= honour.degree
        and years in honour.years
        and (life.abroad or not honour.abroad)
        and honour.district in {None, life.district}
    )


def _letter(life: Life, years: int) -> str:
    if life.degree == DOCTOR and years >= YEARS_TO_C:
        return "C1" if life.district == "minhang" else "C"
    return "D" if life.degree >= MASTER else "E"


def _tier(
    chance: Random, today: date, programme: str, tier: str | None, *, body: str
) -> dict[str, Any]:
    """A term of three to five years that began in the last five, so some have run out."""
    first = today - timedelta(days=chance.randrange(30, 5 * 365))
    last = first + YEAR * chance.choice((3, 4, 5))
    return {
        "programme": programme,
        "tier": tier,
        "conferred_by": body,
        "valid_from": first.isoformat(),
        "valid_to": last.isoformat(),
        "document": f"conferral/{body}/{first.year}",
    }
