"""What makes a package provisional where texts disagree or leave open, and rulings it follows."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from services.portal.offers import policy_of
from services.portal.words import Text, Words, plain

Json: TypeAlias = Mapping[str, Any]
Titles: TypeAlias = Mapping[str, Text]

CONTRADICTION = "contradiction"


def doubts_of(package: Json, titles: Titles) -> list[dict[str, Any]]:
    """Each once, what a ruling might add most first; answers of earlier engines have none."""
    found: dict[object, dict[str, Any]] = {}
    for doubt in package.get("doubts", ()):
        said = {**_said(doubt, titles), "kind": doubt["kind"], "gain_fen": doubt["gain_fen"] or 0}
        name = doubt["kind"], tuple(doubt["interactions"]) or tuple(doubt["offers"])
        if name not in found or found[name]["gain_fen"] < said["gain_fen"]:
            found[name] = said
    return sorted(found.values(), key=lambda each: -each["gain_fen"])


def rulings_of(package: Json, titles: Titles, words: Words) -> list[dict[str, Any]]:
    """Which of two texts counts, by whose word, from which day, and where that stands."""
    return [
        {
            "prevails": each["prevails"],
            "forbids": _title(_text_of(each["forbids"]), titles),
            "allows": _title(_text_of(each["allows"]), titles),
            "by": words.body(each["by"]),
            "clause": each["clause"],
            "effective_on": each["effective_on"],
        }
        for each in package.get("rulings", ())
    ]


def _said(doubt: Json, titles: Titles) -> dict[str, Any]:
    """A contradiction names first the statement that allows, then the one that forbids."""
    texts = [_title(_text_of(each), titles) for each in doubt["interactions"]]
    if doubt["kind"] == CONTRADICTION:
        allows, forbids = texts
        return {"allows": allows, "forbids": forbids, "texts": texts}
    return {"allows": None, "forbids": None, "texts": [*_titles(doubt, titles)]}


def _titles(doubt: Json, titles: Titles) -> Iterator[Text]:
    named = [_text_of(each) for each in doubt["interactions"] if "/" in each]
    for policy_id in dict.fromkeys(named or [policy_of(each) for each in doubt["offers"]]):
        yield _title(policy_id, titles)


def _text_of(statement: str) -> str:
    return statement.partition("/")[0]


def _title(policy_id: str, titles: Titles) -> Text:
    return titles.get(policy_id) or plain(policy_id)
