"""A talent's matches for the page: which post, how well it fits, and why."""

from collections.abc import Mapping
from typing import Any, TypeAlias

Json: TypeAlias = Mapping[str, Any]

MOST_MATCHES = 3


def matches_of(answer: Json) -> list[dict[str, Any]]:
    """The best few; the demand says itself whether it is synthetic."""
    return [
        {
            "post": match["demand"]["title"],
            "employer": match["demand"]["employer"],
            "chain": match["demand"]["chain"],
            "node": match["demand"]["node"],
            "score": match["score"],
            "score_of": match["score_of"],
            "demo": match["synthetic"],
            "reasons": [_reason(reason) for reason in match["reasons"]],
        }
        for match in answer["matches"][:MOST_MATCHES]
    ]


def _reason(reason: Json) -> dict[str, Any]:
    return {"text": reason["text"], "points": reason["points"], "of": reason["of"]}
