"""The words of a tree looked up in the vocabulary: facts, codes, titles, constants."""

from dataclasses import dataclass, replace
from datetime import date

from services.policy.rules.held import POLICIES_HELD
from services.policy.rules.reader import Cursor
from services.policy.rules.tree import Op, Tenure
from services.policy.rules.vocabulary import (
    TITLES_HELD,
    CodeTree,
    FactSpec,
    FactType,
    Vocabulary,
)

SOCIAL_INSURANCE = "social_insurance"
ORDERED = frozenset({Op.AT_LEAST, Op.MORE, Op.AT_MOST, Op.LESS})
COMPARABLE = frozenset({FactType.NUMBER, FactType.MONEY, FactType.DATE, FactType.YES_NO})
CODED = frozenset({FactType.CODE, FactType.CODES})


@dataclass(frozen=True, slots=True)
class Words:
    """What a tree is read with: the vocabulary, and the policy its checks belong to."""

    vocabulary: Vocabulary
    policy_id: str
    in_a_list: bool = False

    def of_an_entry(self, spec: FactSpec) -> "Words":
        """Within a list the fields of an entry are the facts, and there are no others."""
        vocabulary = replace(self.vocabulary, facts=spec.fields, derived={})
        return replace(self, vocabulary=vocabulary, in_a_list=True)


@dataclass(frozen=True, slots=True)
class HeldNames:
    fact: str
    codes: tuple[str, ...]
    covers: frozenset[str]
    tenure: Tenure
    closed: bool


def read_held(at: Cursor, words: Words) -> HeldNames:
    """Titles or policies, and whether they must still be in term."""
    given = at.fields("tenure", "titles policies")
    if ("titles" in given) == ("policies" in given):
        raise at.wrong("either titles or policies is needed", "Write one of the two.")
    tenure = given["tenure"].choice(Tenure)
    if "titles" in given:
        spec, tree = coded(given["titles"], words.vocabulary.facts[TITLES_HELD], words)
        codes = tuple(code_of(each, tree) for each in given["titles"].items())
        return HeldNames(TITLES_HELD, codes, tree.covers(codes), tenure, spec.authoritative)
    closed = words.vocabulary.facts[POLICIES_HELD].authoritative
    codes = tuple(each.policy_id() for each in given["policies"].items())
    return HeldNames(POLICIES_HELD, codes, frozenset(codes), tenure, closed)


def read_codes(fact: Cursor, words: Words) -> tuple[FactSpec, CodeTree]:
    return coded(fact, spec_of(fact, words, CODED | {FactType.HELD}), words)


def money_fact(at: Cursor, words: Words) -> str:
    return spec_of(at, words, frozenset({FactType.MONEY})).name


def covered(op: Op, code: str, tree: CodeTree) -> frozenset[str]:
    ranks = list(tree.codes)
    place = ranks.index(code)
    match op:
        case Op.EQUAL:
            return tree.below(code)
        case Op.OTHER:
            return frozenset(ranks) - tree.below(code)
        case Op.AT_LEAST:
            return frozenset(ranks[place:])
        case Op.MORE:
            return frozenset(ranks[place + 1 :])
        case Op.AT_MOST:
            return frozenset(ranks[: place + 1])
        case Op.LESS:
            return frozenset(ranks[:place])


def spec_of(at: Cursor, words: Words, types: frozenset[FactType]) -> FactSpec:
    spec = words.vocabulary.facts.get(at.text())
    if spec is None:
        raise at.wrong(f"unknown fact '{at.value}'", "Use a fact of the vocabulary's facts.yaml.")
    if spec.type not in types:
        wanted = ", ".join(sorted(types))
        raise at.wrong(f"a fact of type {spec.type} does not fit", f"Needed: {wanted}.")
    return spec


def coded(at: Cursor, spec: FactSpec, words: Words) -> tuple[FactSpec, CodeTree]:
    if spec.codes is None:
        raise at.wrong(f"'{spec.name}' has no codes", "Use a fact with codes.")
    return spec, words.vocabulary.trees[spec.codes]


def code_of(at: Cursor, tree: CodeTree) -> str:
    if at.text() not in tree.codes:
        raise at.wrong(f"unknown code '{at.value}'", "Use a code of the vocabulary.")
    return at.text()


def constant(at: Cursor, spec: FactSpec) -> int | bool | date:
    match spec.type:
        case FactType.DATE:
            day = at.day()
            if day.first != day.last:
                raise at.wrong("a whole date is needed", "Write YYYY-MM-DD.")
            return day.first
        case FactType.YES_NO:
            return at.yes_no()
        case FactType.MONEY:
            return _in_range(at, at.fen(), spec)
        case _:
            return _in_range(at, at.whole(), spec)


def _in_range(at: Cursor, value: int, spec: FactSpec) -> int:
    if not spec.can_say(value):
        raise at.wrong(
            f"'{spec.label.en}' is never above {spec.most} {spec.unit or ''}".rstrip(),
            "Check the number and what it counts.",
        )
    return value
