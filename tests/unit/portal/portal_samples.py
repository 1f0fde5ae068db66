"""Answers of the policy service in the shape its contract promises."""

from typing import Any

from services.portal.words import read_words

WORDS = read_words()


def offer(policy_id: str, benefit: str, **worth: Any) -> dict[str, Any]:
    """A benefit within reach; money for the person unless said otherwise."""
    plain = {
        "kind": "money",
        "least_fen": 0,
        "most_fen": 0,
        "per": "once",
        "term": "once",
        "counted_months": None,
        "thing": None,
        "text": None,
        "missing": [],
    }
    payee = worth.pop("payee", "person")
    return {
        "key": f"{policy_id}#{benefit}",
        "policy_id": policy_id,
        "benefit_id": benefit,
        "cost_item": worth.pop("cost_item", "living"),
        "payee": payee,
        "certain": worth.pop("certain", True),
        "worth": plain | worth,
        "cite": {"where": "Article 6", "source": None, "clause": "seen"},
    }


def outcome(policy_id: str, state: str, **changes: Any) -> dict[str, Any]:
    """One policy as it stands for somebody."""
    plain: dict[str, Any] = {
        "policy_id": policy_id,
        "issuer": "minhang",
        "title": {"zh": f"政策{policy_id}", "en": f"Policy {policy_id}"},
        "state": state,
        "reason": None,
        "confirmed": True,
        "scope": "whole",
        "demo": False,
        "proof": None,
        "missing": [],
        "could_matter": [],
        "manual_checks": [],
        "offers": [],
    }
    return plain | changes


def answer(*outcomes: dict[str, Any], **package: Any) -> dict[str, Any]:
    """The recorded answer to somebody."""
    nothing = {
        "least_fen": 0,
        "most_fen": 0,
        "counted_once": [],
        "included": [],
        "left_out": [],
    }
    return {
        "outcomes": list(outcomes),
        "package": nothing | package,
        "possible_package": None,
        "outcome_digest": "d1",
        "view_version": "9f2c4e7ab1d05533e2",
        "valid_at": "2026-03-03",
    }
