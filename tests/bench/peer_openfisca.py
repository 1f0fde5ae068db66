"""The same rules in OpenFisca: two-valued, a variable for each fact and a formula for each policy.

What a person lacks is its variable's default, as OpenFisca has it. Codes are looked up in tables of
yes and no, which is the fastest way there: `numpy.isin` took two to four times as long.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from importlib.metadata import version
from typing import Any

import numpy as np
import polars as pl
from openfisca_core.entities import build_entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from services.policy.rules.bulk.comparing import COMPARE
from services.policy.rules.tree import Op
from tests.bench.policy_world import BORN, CODES, DEGREE, HELD, SUMS, TODAY, YES_NO, Predicate, Rule
from tests.bench.policy_world import code_tree as codes_of

PEER = f"OpenFisca-Core {version('OpenFisca-Core')}, two-valued"
MONTH = "2026-04"
_TREES = {**CODES, DEGREE: "degrees", HELD: "titles"}
_PERSON = build_entity(key="person", plural="persons", label="Person", is_person=True)

Asked = Callable[[Callable[[str], Any]], Any]


class Peer:
    """One system with every rule; each round is a simulation of its own, so nothing is kept."""

    def __init__(self, rules: Sequence[Rule], frame: pl.DataFrame) -> None:
        self._inputs = _inputs(frame)
        self._count = frame.height
        self._system = TaxBenefitSystem([_PERSON])
        for name, values in self._inputs.items():
            self._system.add_variable(_input(name, values.dtype))
        self._names = [f"policy_{number}" for number in range(len(rules))]
        for name, rule in zip(self._names, rules, strict=True):
            self._system.add_variable(_formula(name, rule))

    def judge(self) -> list[Any]:
        """For each policy who is eligible."""
        simulation = SimulationBuilder().build_default_simulation(self._system, count=self._count)
        for name, values in self._inputs.items():
            simulation.set_input(name, MONTH, values)
        return [simulation.calculate(name, MONTH) for name in self._names]


def _input(name: str, kind: np.dtype[Any]) -> type[Variable]:
    parts = {
        "value_type": bool if kind == np.bool_ else int,
        "entity": _PERSON,
        "definition_period": DateUnit.MONTH,
        "label": name,
    }
    return type(name, (Variable,), parts)


def _formula(name: str, rule: Rule) -> type[Variable]:
    every = [_asked(each) for each in rule.every]
    one_of = [_asked(each) for each in rule.one_of]

    def formula(person: Any, period: Any) -> Any:
        def read(fact: str) -> Any:
            return person(fact, period)

        either = reduce(np.logical_or, [ask(read) for ask in one_of])
        return reduce(np.logical_and, [*(ask(read) for ask in every), either])

    parts = {
        "value_type": bool,
        "entity": _PERSON,
        "definition_period": DateUnit.MONTH,
        "label": name,
        "formula": formula,
    }
    return type(name, (Variable,), parts)


def _asked(predicate: Predicate) -> Asked:
    fact = predicate.fact
    if predicate.codes:
        table = _table(predicate)
        return lambda read: table[read(fact)]
    if fact in YES_NO:
        return (lambda read: read(fact)) if predicate.value else (lambda read: ~read(fact))
    compare = COMPARE[Op(predicate.op)]
    value = predicate.value * (10_000 if fact in SUMS else 1)
    return lambda read: compare(read(fact), value)


def _table(predicate: Predicate) -> Any:
    """Place 0 is nothing known; the codes follow in the order of the vocabulary."""
    tree = codes_of(_TREES[predicate.fact])
    codes = list(tree.codes)
    covered = tree.covers(predicate.codes)
    if predicate.fact == DEGREE:
        covered = frozenset(codes[codes.index(predicate.codes[0]) :])
    return np.array([False, *(code in covered for code in codes)])


def _inputs(frame: pl.DataFrame) -> Mapping[str, Any]:
    return {name: _values(name, frame[name]) for name in frame.columns}


def _values(name: str, series: pl.Series) -> Any:
    if name == BORN:
        return _ages(series)
    if name in _TREES:
        text = series.list.first() if name == HELD else series
        codes = pl.Enum(list(codes_of(_TREES[name]).codes))
        return text.cast(codes).to_physical().cast(pl.Int32).fill_null(-1).to_numpy() + 1
    if name in YES_NO:
        return series.fill_null(value=False).to_numpy()
    # Its numbers are 32 bits wide: sums are given in yuan.
    scale = 100 if name in SUMS else 1
    return (series.fill_null(0) // scale).cast(pl.Int32).to_numpy()


def _ages(born: pl.Series) -> Any:
    """Whole years, which OpenFisca is given: ours are counted from the birthday within the run."""
    month, day = born.dt.month().cast(pl.Int32), born.dt.day().cast(pl.Int32)
    to_come = month * 100 + day > TODAY.month * 100 + TODAY.day
    years = TODAY.year - born.dt.year() - to_come.cast(pl.Int32)
    return years.fill_null(0).cast(pl.Int32).to_numpy()
