"""One invented life drawn by chance: age, degree, work, pay and place hang together."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from infra.world.careers import CAREERS, Career

DEGREES = ("college", "bachelor", "master", "doctor")
COLLEGE, BACHELOR, MASTER, DOCTOR = range(4)
AGE_AT_DEGREE = (21, 22, 25, 29)
ABROAD = (0.0, 0.06, 0.22, 0.35)
"""How likely a degree of each level was taken abroad."""
PAY_BY_DEGREE = (0.75, 1.0, 1.25, 1.55)
RAISE_A_YEAR = 0.055
YEARS_OF_RAISES = 25
OLDEST = 60
MAINLAND, FOREIGN = "mainland", "foreign"
ORIGINS = {MAINLAND: 925, "hong-kong": 20, "macao": 10, "taiwan": 15, FOREIGN: 30}
YEAR = timedelta(days=365.25)


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """`degree` is a place in `DEGREES`; `income` is thousand yuan a year."""

    career: Career
    sex: str
    birth_date: date
    origin: str
    degree: int
    graduated: date
    abroad: bool
    in_shanghai_since: date
    with_employer_since: date
    income: int
    district: str
    home: str
    employer: str

    def years_since(self, day: date, today: date) -> int:
        """Whole years, as a clerk would count them roughly."""
        return max(0, int((today - day) / YEAR))


def happens(chance: Random, likely: float) -> bool:
    """Whether it does this time."""
    return chance.random() < likely


def draw_life(chance: Random, today: date) -> Life:
    """A life as it stands on a day; the same chance gives the same life."""
    career = chance.choices(CAREERS, weights=[each.weight for each in CAREERS])[0]
    degree = _degree(chance, career)
    origin = chance.choices(tuple(ORIGINS), weights=tuple(ORIGINS.values()))[0]
    at_degree = AGE_AT_DEGREE[degree] + min(5, int(chance.expovariate(1.2)))
    worked = min(OLDEST - at_degree, int(chance.expovariate(1 / 9)))
    birth_date = today - YEAR * (at_degree + worked) - timedelta(days=chance.randrange(1, 365))
    graduated = _summer(chance, birth_date.year + at_degree, today)
    came = _between(chance, graduated, min(today, graduated + YEAR * 4), 0.7)
    district = chance.choice(career.districts)
    return Life(
        career=career,
        sex=chance.choice(("female", "male")),
        birth_date=birth_date,
        origin=origin,
        degree=degree,
        graduated=graduated,
        abroad=origin == FOREIGN or happens(chance, ABROAD[degree]),
        in_shanghai_since=came,
        with_employer_since=_between(chance, came, today, 0.4),
        income=_income(chance, career, degree, worked),
        district=district,
        home=district if happens(chance, 0.6) else _elsewhere(chance),
        employer=chance.choice(career.employers),
    )


def _degree(chance: Random, career: Career) -> int:
    score = career.learned / 2 + chance.gauss(0, 1)
    return sum(score >= bar for bar in (-1.2, 0.2, 1.3))


def _income(chance: Random, career: Career, degree: int, worked: int) -> int:
    raised = 1 + RAISE_A_YEAR * min(worked, YEARS_OF_RAISES)
    return int(career.pay * PAY_BY_DEGREE[degree] * raised * chance.lognormvariate(0, 0.22))


def _summer(chance: Random, year: int, today: date) -> date:
    day = date(year, 6, 15) + timedelta(days=chance.randrange(30))
    return day if day <= today else day.replace(year=today.year - 1)


def _between(chance: Random, first: date, last: date, at_once: float) -> date:
    """Often the first day, else one of the days up to the last."""
    if happens(chance, at_once) or first >= last:
        return first
    return first + timedelta(days=chance.randrange((last - first).days))


def _elsewhere(chance: Random) -> str:
    districts = sorted({district for career in CAREERS for district in career.districts})
    return chance.choice(districts)
