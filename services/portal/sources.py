"""What a rule goes by: the clause, or that none was seen, and the pages that were read."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from services.portal.words import Text, Words, plain

Json: TypeAlias = Mapping[str, Any]

NOT_SEEN = "not_seen"
LINKED = frozenset({"official", "official_media", "university"})
"""Pages whose keepers are known; of the others only the address is shown."""


def clause_of(cite: Json, sources: Sequence[str], words: Words) -> Text:
    """The clause with its source; where none was seen, which part of the sources it is from.

    Sources count from 1; without the view of the policies the number says little.
    """
    place, number = cite["where"], cite["source"]
    if cite.get("clause") == NOT_SEEN:  # Answers of the first engine do not say.
        return _unseen(place, number or (1 if len(sources) == 1 else None), words)
    if number is None or number > len(sources):
        return plain(place)
    return plain(f"{place} · {sources[number - 1]}")


def _unseen(place: str, number: int | None, words: Words) -> Text:
    part = words.text("part", place.partition(".")[0])
    which = "its sources show" if number is None else f"its source {number} shows"
    return {
        "zh": f"条款号未见；据其来源{number or ''}所示的{part['zh']}（摘录 {place}）",
        "en": f"Clause not seen; from what {which} of {part['en']} (extract {place})",
    }


def sources_of(policy: Json, words: Words) -> dict[str, Any]:
    """What was read of a policy; `policy` is its entry of the view, or empty without one."""
    return {
        "number": _seen(policy.get("doc_no")),
        "published": _published(policy.get("published")),
        "listed": [_listed(source, words) for source in policy.get("sources", ())],
    }


def _listed(source: Json, words: Words) -> dict[str, Any]:
    return {
        "title": source["title"],
        "language": "en" if source["title"].isascii() else "zh-CN",
        "quality": words.text("quality", source["quality"]),
        "url": source["url"],
        "linked": source["url"] is not None and source["quality"] in LINKED,
    }


def _seen(value: object) -> str | None:
    return value if isinstance(value, str) and value != NOT_SEEN else None


def _published(value: object) -> str | None:
    """The day, month or year as it was written."""
    return str(value["text"]) if isinstance(value, Mapping) else None
