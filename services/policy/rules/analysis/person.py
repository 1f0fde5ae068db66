"""A person nobody has met: every fact a rule reads is open, and only lawful lives are allowed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import z3

from services.policy.rules.analysis.calendar import Condition, Day, Number, some_day
from services.policy.rules.tree import Count
from services.policy.rules.vocabulary import FactSpec, FactType, Vocabulary


@dataclass(frozen=True, slots=True)
class Open:
    """A fact that may apply or not, and then has a value: a number, a day, or a code's place."""

    applies: Condition
    value: Any


@dataclass(frozen=True, slots=True)
class Title:
    now: Condition
    ever: Condition


@dataclass(slots=True)
class Person:
    """Variables are made as they are read; `axioms` are what holds of everybody."""

    vocabulary: Vocabulary
    valid_at: date
    prefix: str = ""
    facts: dict[tuple[str, date], Open] = field(default_factory=dict)
    titles: dict[tuple[str, str], Title] = field(default_factory=dict)
    checks: dict[str, Condition] = field(default_factory=dict)
    insured: tuple[Number, Number] | None = None
    counted: dict[Count, tuple[Number, "Person"]] = field(default_factory=dict)
    axioms: list[Condition] = field(default_factory=list)
    unnamed: int = 0

    def number(self, fact: str, day: date) -> Open:
        """Numbers and sums are never below nothing nor above what they can be; yes is one."""
        return self._fact(fact, day, self._new_number)

    def day(self, fact: str, day: date) -> Open:
        return self._fact(fact, day, self._new_day)

    def code(self, fact: str, day: date, codes: Iterable[str]) -> Open:
        """Of a fact with one code its place among all; of others whether each is among them."""
        found = self._fact(fact, day, self._new_code)
        if isinstance(found.value, dict):
            for code in sorted(codes):
                name = f"{self.prefix}{fact}@{day}={code}"
                found.value.setdefault(code, z3.Bool(name))
        return found

    def title(self, fact: str, code: str) -> Title:
        if (fact, code) not in self.titles:
            name = f"{self.prefix}{fact}={code}"
            title = Title(z3.Bool(f"{name}.now"), z3.Bool(f"{name}.ever"))
            self.axioms.append(z3.Implies(title.now, title.ever))
            self.titles[fact, code] = title
        return self.titles[fact, code]

    def check(self, check_id: str) -> Condition:
        return self.checks.setdefault(check_id, z3.Bool(f"check:{check_id}"))

    def either(self) -> Condition:
        """Something that may be so or not; its name hangs on no other question."""
        self.unnamed += 1
        return z3.Bool(f"{self.prefix}either:{self.unnamed}")

    def months(self) -> tuple[Number, Number]:
        """So many months of insurance without a gap until now, all on one base."""
        if self.insured is None:
            self.insured = z3.Int("insured.months"), z3.Int("insured.base")
            self.axioms += [each >= 0 for each in self.insured]
        return self.insured

    def entries(self, leaf: Count) -> tuple[Number, "Person"]:
        """So many entries alike, and what stands in each of them."""
        if leaf not in self.counted:
            name = f"{leaf.fact}[{len(self.counted)}]"
            fields = self.vocabulary.facts[leaf.fact].fields
            inner = Person(replaced(self.vocabulary, fields), self.valid_at, f"{name}.")
            self.counted[leaf] = z3.Int(name), inner
            self.axioms.append(self.counted[leaf][0] >= 0)
        return self.counted[leaf]

    def spec(self, fact: str) -> FactSpec:
        return self.vocabulary.facts[fact]

    def codes(self, fact: str) -> list[str]:
        tree = self.spec(fact).codes
        return list(self.vocabulary.trees[tree].codes) if tree else []

    def _fact(self, fact: str, day: date, make: Any) -> Open:
        if (fact, day) not in self.facts:
            name = f"{self.prefix}{fact}@{day}"
            # A field that an entry leaves out is not known, so each one says something.
            applies = z3.BoolVal(True) if self.prefix else z3.Bool(f"{name}?")  # noqa: FBT003 - z3 names it so
            found = Open(applies, make(fact, name))
            self.facts[fact, day] = found
            self._stays(fact, found)
        return self.facts[fact, day]

    def _stays(self, fact: str, found: Open) -> None:
        """What nobody can change is the same on every day."""
        others = [each for (name, _), each in self.facts.items() if name == fact]
        if self.spec(fact).immutable and len(others) > 1:
            first = others[0]
            self.axioms.append(first.applies == found.applies)
            if isinstance(found.value, Day):
                self.axioms.append(first.value.ordinal == found.value.ordinal)
            elif not isinstance(found.value, dict):
                self.axioms.append(first.value == found.value)

    def _new_number(self, fact: str, name: str) -> Number:
        value = z3.Int(name)
        self.axioms.append(value >= 0)
        spec = self.spec(fact)
        most = 1 if spec.type is FactType.YES_NO else spec.most
        if most is not None:
            self.axioms.append(value <= most)
        return value

    def _new_day(self, fact: str, name: str) -> Day:
        found, axioms = some_day(name)
        self.axioms += axioms
        if fact == "birth_date":
            self.axioms.append(found.ordinal <= self.valid_at.toordinal())
        return found

    def _new_code(self, fact: str, name: str) -> Any:
        codes = self.codes(fact)
        if self.spec(fact).type is not FactType.CODE or not codes:
            return {}
        value = z3.Int(name)
        self.axioms += [value >= 0, value < len(codes)]
        return value


def replaced(vocabulary: Vocabulary, facts: Any) -> Vocabulary:
    """The fields of an entry in the place of the facts about a person."""
    return Vocabulary(
        facts=facts,
        trees=vocabulary.trees,
        bodies=vocabulary.bodies,
        texts=vocabulary.texts,
        digest=vocabulary.digest,
    )
