"""A talent's file for the page: facts with source and time, tiers, and what is worth giving."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from services.portal.conditions import RecordedAt
from services.portal.outlook import Outlook, worth_of
from services.portal.words import Text, Words, joined, plain, sentence

Json: TypeAlias = Mapping[str, Any]

MOST_WANTED = 8


def facts_of(file: Json, words: Words) -> list[dict[str, Any]]:
    """The statements that count, in the words of the registry."""
    return [
        {
            "label": sentence(fact["label"]),
            "value": _value(fact, words),
            "source": fact["source"],
            "recorded_at": fact["recorded_at"],
            "until": fact["valid_to"],
        }
        for fact in file["facts"]
        if fact["counts"]
    ]


def recorded_at_of(file: Json) -> RecordedAt:
    """When each statement that counts was recorded."""
    return {
        (fact["name"], fact["source"]): fact["recorded_at"]
        for fact in file["facts"]
        if fact["counts"]
    }


def tiers_of(file: Json) -> list[dict[str, Any]]:
    """Tiers in term; the label already names programme and tier."""
    return [
        {
            "programme": tier["label"] or plain(tier["title"]),
            "tier": None,
            "conferred_by": tier["conferred_by_label"] or plain(tier["conferred_by"]),
            "until": tier["valid_to"],
        }
        for tier in file["tiers"]
        if tier["in_term"]
    ]


def completeness_of(
    file: Json, waiting: Mapping[str, int], words: Words, outlook: Outlook
) -> dict[str, Any]:
    """How complete the file is, and the facts that add most or that most policies wait for."""
    found = file["completeness"]
    labels: dict[str, Text] = {each["name"]: sentence(each["label"]) for each in found["missing"]}
    wanted = sorted(
        {*labels, *waiting},
        key=lambda name: (
            -worth_of(name, outlook)["with_others_fen"],
            -waiting.get(name, 0),
            name not in labels,
            name,
        ),
    )
    return {
        "known": found["known"],
        "wanted": found["wanted"],
        "missing": [
            {
                "label": labels.get(name) or words.label(name),
                "unlocks": waiting[name],
                **worth_of(name, outlook),
            }
            for name in wanted
            if waiting.get(name)
        ][:MOST_WANTED],
    }


def _value(fact: Json, words: Words) -> Text:
    value, wording = fact["value"], fact["wording"]
    if isinstance(value, str) and value in wording:
        said: Text = wording[value]
        return said
    if isinstance(value, list) and any(code in wording for code in value if isinstance(code, str)):
        return joined(wording.get(code) or plain(code) for code in value)
    return words.value(fact["name"], value)
