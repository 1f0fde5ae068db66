"""A match as it is shown: its place, its score, and what speaks for and against it."""

from collections.abc import Mapping
from typing import Any

from services.matching.match.wording import reason_text
from services.matching.scoring import SCORING_VERSION
from services.matching.scoring.score import MOST

# What a talent could state to be matched better, by the criterion that lacks it.
FACT_OF = {
    "discipline": "disciplines",
    "industry": "industries",
    "degree": "highest_degree",
    "experience": "work_experience_years",
    "region": "work_region",
}


def scoring_block(recorded: Mapping[str, Any]) -> dict[str, Any]:
    """What the list rests on, as it was recorded."""
    return {
        "scoring_version": recorded.get("scoring_version", SCORING_VERSION),
        "facts_version": recorded.get("facts_version"),
        "valid_at": recorded.get("valid_at"),
        "recorded_at": recorded.get("proposed_at") or recorded.get("changed_at"),
    }


def talent_match(rank: int, match: Mapping[str, Any], demand: dict[str, Any]) -> dict[str, Any]:
    """One place on a talent's list."""
    return {"rank": rank, **_score(match), "synthetic": demand["synthetic"], "demand": demand}


def demand_match(rank: int, talent_id: str, match: Mapping[str, Any]) -> dict[str, Any]:
    """One place on a demand's list."""
    return {"rank": rank, "talent_id": talent_id, **_score(match)}


def _score(match: Mapping[str, Any]) -> dict[str, Any]:
    reasons = match["reasons"]
    unknown = [reason["criterion"] for reason in reasons if reason["outcome"] == "unknown"]
    return {
        "demand_id": match["demand_id"],
        "score": match["score"],
        "score_of": MOST,
        "standing": match["standing"],
        "missing": [FACT_OF[criterion] for criterion in unknown],
        "reasons": [
            {**reason, "text": reason_text(reason["criterion"], reason["outcome"])}
            for reason in reasons
        ],
    }
