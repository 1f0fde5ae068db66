"""From an invented life to the facts of its file: some verified, some declared, some missing."""

from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Any, TypeAlias

from infra.world.lives import BACHELOR, DEGREES, DOCTOR, FOREIGN, MAINLAND, MASTER, Life, happens

Body: TypeAlias = dict[str, Any]

MISSING = 0.12
"""Files are often incomplete: how likely each fact is absent."""
VERIFIED = 0.6
AVERAGE_WAGE = 150
"""Thousand yuan a year: a round figure of this invented world, no statistic."""
FEN_IN_A_THOUSAND_YUAN = 100_000
MONTHS_KEPT = 48
YEARS_TO_JUNIOR, YEARS_TO_MIDDLE, YEARS_TO_SENIOR = 2, 6, 10
# What the registry's staff check against a document, and the kind of document.
DOCUMENTS = {
    "nationality": "identity-document",
    "highest_degree": "degree-certificate",
    "graduation_date": "degree-certificate",
    "degree_obtained_abroad": "degree-certificate",
    "social_insurance": "insurance-record",
    "shanghai_insured": "insurance-record",
    "employment": "labour-contract",
    "labour_contract": "labour-contract",
    "income_tax_paid": "tax-record",
    "professional_title": "title-certificate",
    "skill_level": "skill-certificate",
}


def draw_facts(chance: Random, life: Life, today: date, *, titled: bool) -> list[Body]:
    """The `facts` of POST /talents/{id}/facts; those without a title mostly say so."""
    drawn = (
        *(() if titled else (_fact("titles_held", None),)),
        *_who(life),
        *_learned(chance, life),
        *_works(chance, life, today),
        *_earns(life, today),
        *_lives(chance, life, today),
    )
    return [_sourced(chance, body) for body in drawn if not happens(chance, MISSING)]


def _fact(name: str, value: object, since: date | None = None) -> Body:
    return {"name": name, "value": value, "valid_from": since.isoformat() if since else None}


def _yes(name: str, since: date) -> Body:
    return _fact(name, value=True, since=since)


def _sourced(chance: Random, body: Body) -> Body:
    document = DOCUMENTS.get(body["name"])
    if document and happens(chance, VERIFIED):
        return body | {"source": "verified", "document": document}
    return body | {"source": "declared"}


def _who(life: Life) -> Iterator[Body]:
    yield _fact("nationality", life.origin)
    yield _fact("talent_categories", [life.career.category])
    if life.origin == FOREIGN:
        yield _fact("identity", ["foreign-talent"])
    elif life.origin != MAINLAND:
        yield _fact("identity", [f"{life.origin}-talent"])
    elif life.abroad:
        yield _fact("identity", ["returnee"])
        yield _fact("return_date", life.in_shanghai_since.isoformat())


def _learned(chance: Random, life: Life) -> Iterator[Body]:
    yield _fact("highest_degree", DEGREES[life.degree], life.graduated)
    yield _fact("graduation_date", life.graduated.isoformat())
    yield _fact("degree_obtained_abroad", life.abroad)
    yield _fact("disciplines", list(life.career.disciplines[: chance.choice((1, 2, 3))]))
    yield _fact("field", [life.career.field])
    yield _fact("school_class", [_school(chance, life)])
    if life.degree == DOCTOR:
        yield _fact("postdoc_experience", happens(chance, 0.3))


def _school(chance: Random, life: Life) -> str:
    if life.abroad:
        return chance.choice(("world-top-50", "world-51-100", "overseas-other"))
    best = 0.15 * life.degree
    return "double-first-class" if happens(chance, best) else "domestic-other"


def _works(chance: Random, life: Life, today: date) -> Iterator[Body]:
    years = life.years_since(life.graduated, today)
    yield _fact("industries", list(life.career.industries))
    yield _fact("employment", "full-time", life.with_employer_since)
    yield _fact("employer_kind", [life.employer], life.with_employer_since)
    yield _fact("employer_region", life.district, life.with_employer_since)
    yield _fact("work_region", life.district, life.with_employer_since)
    yield _fact("work_experience_years", years)
    yield _fact("years_with_employer", life.years_since(life.with_employer_since, today))
    yield _fact("shanghai_work_since", life.in_shanghai_since.isoformat())
    yield _yes("labour_contract", life.with_employer_since)
    yield _fact("contract_years", chance.choice((3, 3, 5)))
    yield _fact("fresh_graduate", years == 0)
    if life.career.category == "highly-skilled":
        yield _fact("skill_level", _skill(years))
    elif life.degree >= BACHELOR and years >= YEARS_TO_JUNIOR:
        yield _fact("professional_title", _professional_title(chance, life, years))


def _skill(years: int) -> str:
    return f"level-{max(1, 5 - years // 4)}"


def _professional_title(chance: Random, life: Life, years: int) -> str:
    if years >= YEARS_TO_SENIOR and happens(chance, 0.5 if life.degree >= MASTER else 0.2):
        return "senior"
    return "middle" if life.degree >= MASTER or years >= YEARS_TO_MIDDLE else "junior"


def _earns(life: Life, today: date) -> Iterator[Body]:
    percent = round(100 * life.income / AVERAGE_WAGE)
    base = min(300, max(60, percent))
    # Roughly a sixth above the first sixty thousand; an invented world needs no tax table.
    tax = max(0, life.income - 60) * FEN_IN_A_THOUSAND_YUAN // 6
    yield _fact("annual_income", life.income * FEN_IN_A_THOUSAND_YUAN)
    yield _fact("income_percent_of_average", percent)
    yield _fact("income_tax_paid", tax)
    yield _yes("shanghai_insured", life.in_shanghai_since)
    yield _fact("insurance_base_percent", base)
    yield _fact("taxed_and_insured_region", life.district)
    months = _months(life.in_shanghai_since, today)
    if months:
        yield _fact("social_insurance", [{"month": m, "base_percent": base} for m in months])


def _months(since: date, today: date) -> list[str]:
    """The whole months before this one, as far back as the record is kept."""
    now, first = _number(today), _number(since) + 1
    return [_written(number) for number in range(max(first, now - MONTHS_KEPT), now)]


def _number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _written(number: int) -> str:
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def _lives(chance: Random, life: Life, today: date) -> Iterator[Body]:
    age = life.years_since(life.birth_date, today)
    owns = happens(chance, min(0.85, max(0.05, (age - 24) / 22)))
    yield _fact("residence_region", life.home)
    yield _fact("home_owned_in_shanghai", owns)
    yield _fact("home_owned_in_work_district", owns and life.home == life.district)
    yield _fact("housing_support_used", happens(chance, 0.1))
    if life.origin == MAINLAND:
        settled = "shanghai" if happens(chance, 0.55) else chance.choice(("jiangsu", "zhejiang"))
        yield _fact("hukou_region", settled)
    if not owns:
        yield _fact("monthly_rent", chance.randrange(20, 90) * 10_000)
