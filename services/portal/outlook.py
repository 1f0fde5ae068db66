"""What follows from an answer: what became of a policy, what would open it, what adds to it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from services.portal.conditions import sentence
from services.portal.offers import policy_of
from services.portal.sources import clause_of
from services.portal.words import Text, Words, each_once, joined, plain

Json: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """By policy what became of it and what it lacks; by fact what it would add."""

    results: Mapping[str, Json] = field(default_factory=dict)
    near_misses: Mapping[str, Json] = field(default_factory=dict)
    worths: Mapping[str, Json] = field(default_factory=dict)
    certain: Json | None = None

    def state(self, outcome: Json) -> str:
        """The final state, or while nothing follows yet the policy's own."""
        found = self.results.get(outcome["policy_id"], outcome)
        return str(found["state"])


def outlook_of(answer: Json, found: Json | None) -> Outlook:
    """Nothing follows while it is away, or is about another answer than the one that is shown."""
    if found is None or found["outcome_digest"] != answer["outcome_digest"]:
        return Outlook()
    return Outlook(
        results={each["policy_id"]: each for each in found["results"]},
        near_misses={each["policy_id"]: each for each in found["near_misses"]},
        worths={each["fact"]: each for each in found["fact_worths"]},
        certain=found["certain_package"],
    )


def near_of(found: Json | None, words: Words, *, sources: Sequence[str]) -> dict[str, Any] | None:
    """The day from which a policy is open, and what would open it today."""
    if found is None:
        return None
    return {
        "from_day": found["from_day"],
        "changes": [_change(each, words, sources) for each in found["changes"]],
    }


def _change(needed: Json, words: Words, sources: Sequence[str]) -> dict[str, Any]:
    cites = [each["cite"] for each in _leaves(needed["conditions"])]
    return {
        "said": _wanted(needed, words),
        "clauses": each_once(clause_of(cite, sources, words) for cite in cites),
    }


def _wanted(needed: Json, words: Words) -> Text:
    """The value that would do; of whole lists the condition says more than so many entries."""
    value = needed["value"]
    if isinstance(value, list) and any(isinstance(each, Mapping) for each in value):
        return joined(sentence(each, words) for each in _leaves(needed["conditions"]))
    label, said = words.label(needed["fact"]), words.value(needed["fact"], value)
    return {"zh": f"{label['zh']}：{said['zh']}", "en": f"{label['en']}: {said['en']}"}


def _leaves(conditions: Iterable[Json]) -> list[Json]:
    return [each for each in conditions if "leaf" in each]


def worth_of(fact: str, outlook: Outlook) -> dict[str, int]:
    """By how much the package may grow with a fact, alone and with every other that is missing."""
    found = outlook.worths.get(fact, {})
    return {name: int(found.get(name, 0)) for name in ("alone_fen", "with_others_fen")}


def worths_of(facts: Iterable[str], outlook: Outlook, words: Words) -> list[dict[str, Any]]:
    """Of the facts a policy lacks those that would add something."""
    said = [{"label": words.label(fact), **worth_of(fact, outlook)} for fact in facts]
    return [each for each in said if each["with_others_fen"]]


def blocked_of(
    outcome: Json, outlook: Outlook, titles: Mapping[str, Text]
) -> dict[str, Any] | None:
    """What stands against a policy that is open to the talent, and what forcing it in costs."""
    found = outlook.results.get(outcome["policy_id"])
    if found is None or not (found["blocked_by"] or found["costs_fen"]):
        return None
    named = [each["by"] or each["had"] for each in found["blocked_by"]]
    policies = dict.fromkeys(policy_of(name) for name in named if name)
    others = [each for each in policies if each != outcome["policy_id"]]
    return {
        "by": [titles.get(each) or plain(each) for each in others],
        "cost_fen": found["costs_fen"],
    }
