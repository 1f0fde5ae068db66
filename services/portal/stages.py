"""How it goes on for whoever enjoys a policy: what is asked meanwhile, and at the yearly review."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from services.portal.conditions import RecordedAt, leaves_of
from services.portal.words import Words

Json: TypeAlias = Mapping[str, Any]

FAILS = "not_eligible"


def stages_of(
    outcome: Json, words: Words, *, recorded_at: RecordedAt, sources: Sequence[str]
) -> list[dict[str, Any]]:
    """Each stage with its conditions; answers of earlier engines name none."""
    return [
        {
            "stage": found["stage"],
            "state": found["state"],
            "missing": [words.label(fact) for fact in found["missing"]],
            "leaves": leaves_of(found["proof"], words, recorded_at=recorded_at, sources=sources),
        }
        for found in outcome.get("stages", ())
    ]


def may_end(stages: Sequence[Json]) -> bool:
    """Something that is asked of who enjoys it does not hold."""
    return any(each["state"] == FAILS for each in stages)
