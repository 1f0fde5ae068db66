"""What agencies are handed of each public event: what happened, not who on the staff did it."""

from collections.abc import Mapping

import msgspec

from events.catalog.body import BodyEstablished
from events.catalog.chain import ChainCharted
from events.catalog.demand import DemandClosed, DemandRaised
from events.catalog.policy import (
    PolicyAmended,
    PolicyPublished,
    PolicyQuotaFilled,
    PolicyRepealed,
    PolicyRulingGiven,
    PolicyRulingWithdrawn,
    PolicySuperseded,
)

HANDED_OUT: Mapping[type, tuple[str, ...]] = {
    BodyEstablished: (
        "body_id", "name_zh", "name_en", "level", "parent_id", "region", "established_at",
    ),
    PolicyPublished: (
        "policy_id", "edition", "issuer_id", "document", "digest", "published_at",
    ),
    PolicySuperseded: (
        "policy_id", "issuer_id", "superseded_by", "effective_on", "superseded_at",
    ),
    PolicyRepealed: ("policy_id", "issuer_id", "effective_on", "reason", "repealed_at"),
    PolicyAmended: (
        "policy_id", "issuer_id", "kind", "first_on", "last_on", "edition", "clause", "amended_at",
    ),
    PolicyQuotaFilled: ("policy_id", "issuer_id", "first_on", "last_on", "filled_at"),
    PolicyRulingGiven: (
        "policy_id", "issuer_id", "edition", "forbids", "allows_policy_id", "allows_edition",
        "allows", "prevails", "effective_on", "clause", "ruled_by", "ruled_at",
    ),
    PolicyRulingWithdrawn: (
        "policy_id", "issuer_id", "forbids", "allows_policy_id", "allows", "effective_on",
        "clause", "withdrawn_by", "withdrawn_at",
    ),
    ChainCharted: (
        "chain_id", "edition", "name_zh", "name_en", "nodes", "sources", "charted_at",
    ),
    DemandRaised: (
        "demand_id", "chain_id", "node_id", "title_zh", "title_en", "employer_zh", "employer_en",
        "stars", "headcount", "region", "degree_at_least", "discipline_codes", "industry_codes",
        "years_at_least", "must", "synthetic", "raised_at",
    ),
    DemandClosed: ("demand_id", "reason", "closed_at"),
}  # fmt: skip


def handed_out(event: object) -> str | None:
    """The listed fields as JSON text; `None` for an event of which nothing is listed."""
    names = HANDED_OUT.get(type(event))
    if names is None:
        return None
    return msgspec.json.encode({name: getattr(event, name) for name in names}).decode()
