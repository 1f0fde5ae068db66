"""Conditions and facts drawn at random, few enough that all of them can be tried."""

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import product
from typing import Any

from hypothesis import strategies as st

from services.policy.rules import Fact
from services.policy.rules.days import Unit
from services.policy.rules.tree import (
    All,
    AnyOf,
    Cite,
    Compare,
    Convention,
    Count,
    Elapsed,
    Linear,
    Measure,
    Member,
    Not,
    Op,
    Reference,
    Term,
    Tree,
    Within,
)
from tests.unit.policy.rules.rule_samples import facts_of

CITE = Cite("a")
NUMBERS = range(4)
VALUES: Mapping[str, list[Any]] = {
    "contract_years": list(NUMBERS),
    "years_with_employer": list(NUMBERS),
    "highest_degree": ["bachelor", "master", "doctor"],
    "labour_contract": [True, False],
}
"""What each fact may be; that it is not known is one more."""

DAYS = {
    "birth_date": (date(1985, 1, 1), date(1992, 12, 31)),
    "graduation_date": (date(2018, 1, 1), date(2027, 12, 31)),
}
HOMES = st.lists(
    st.sampled_from(
        [{"region": "putuo"}, {"region": "minhang"}, {"price": 1}, {"bought_on": "2024-02-29"}]
    ),
    max_size=3,
)

compares = st.builds(
    Compare,
    fact=st.sampled_from(["contract_years", "years_with_employer"]),
    op=st.sampled_from(Op),
    value=st.sampled_from(NUMBERS),
    cite=st.just(CITE),
)
signed = st.builds(
    Compare,
    fact=st.just("labour_contract"),
    op=st.just(Op.EQUAL),
    value=st.booleans(),
    cite=st.just(CITE),
)
degrees = st.builds(
    lambda codes: Member(
        fact="highest_degree", op=None, codes=tuple(codes), covers=frozenset(codes), cite=CITE
    ),
    st.lists(st.sampled_from(VALUES["highest_degree"]), min_size=1, max_size=2, unique=True),
)
sums = st.builds(
    lambda times, op, value: Linear(
        terms=(Term("contract_years", 1), Term("years_with_employer", times)),
        op=op,
        value=value,
        measure=Measure.NUMBER,
        cite=CITE,
    ),
    st.sampled_from([1, -1, 2]),
    st.sampled_from(Op),
    st.integers(-3, 6),
)
homes = st.builds(
    lambda region, op, value: Count(
        fact="homes_owned",
        where=Member(
            fact="region", op=None, codes=(region,), covers=frozenset({region}), cite=CITE
        ),
        op=op,
        value=value,
        closed=False,
        cite=CITE,
    ),
    st.sampled_from(["putuo", "minhang"]),
    st.sampled_from(Op),
    st.integers(0, 2),
)
lengths = st.one_of(
    st.builds(
        Elapsed,
        since=st.sampled_from(list(DAYS)),
        op=st.sampled_from(Op),
        value=st.integers(0, 40),
        unit=st.sampled_from([Unit.YEARS, Unit.MONTHS]),
        cite=st.just(CITE),
        at=st.sampled_from(Reference),
        convention=st.sampled_from(Convention),
    ),
    st.builds(
        Within,
        since=st.just("graduation_date"),
        value=st.integers(0, 30),
        unit=st.sampled_from([Unit.YEARS, Unit.MONTHS, Unit.DAYS]),
        cite=st.just(CITE),
        at=st.sampled_from(Reference),
    ),
)


def trees_of(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Tree]:
    """Joined as deeply as three leaves allow."""

    def joined(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        several = st.lists(inner, min_size=1, max_size=3).map(tuple)
        return st.one_of(several.map(All), several.map(AnyOf), inner.map(Not))

    return st.recursive(leaves, joined, max_leaves=5)


plain_trees = trees_of(st.one_of(compares, signed, degrees, sums))
timed_trees = trees_of(st.one_of(lengths, compares))
all_trees = trees_of(st.one_of(compares, signed, degrees, sums, homes, lengths))

people = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(values) for name, values in VALUES.items()}
)
dated_people = st.fixed_dictionaries(
    {},
    optional={
        **{name: st.dates(*bounds).map(str) for name, bounds in DAYS.items()},
        **{name: st.sampled_from(values) for name, values in VALUES.items()},
        "homes_owned": HOMES,
    },
)


def facts(person: Mapping[str, Any]) -> tuple[Fact, ...]:
    return facts_of(person)


def everybody(known: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every completion of what is known by what may be."""
    missing = [name for name in VALUES if name not in known]
    return [
        {**known, **dict(zip(missing, values, strict=True))}
        for values in product(*(VALUES[name] for name in missing))
    ]


def days_after(day: date, count: int) -> list[date]:
    return [day + timedelta(days=number) for number in range(1, count + 1)]
