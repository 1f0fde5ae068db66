"""What of chains, demands and matches may leave; of a match never what was proposed to whom."""

from collections.abc import Mapping

from events.catalog.chain import ChainCharted
from events.catalog.demand import DemandClosed, DemandRaised
from events.catalog.match import MatchesWithdrawn, MatchProposed, ShortlistChanged
from events.sourcing.types import Published

PUBLISHED: Mapping[type, Published] = {
    ChainCharted: Published(
        classification="public",
        fields=(
            "chain_id", "edition", "name_zh", "name_en", "nodes", "sources", "charted_by",
            "charted_at",
        ),
    ),
    DemandRaised: Published(
        classification="public",
        fields=(
            "demand_id", "chain_id", "node_id", "title_zh", "title_en", "employer_zh",
            "employer_en", "stars", "headcount", "region", "degree_at_least", "discipline_codes",
            "industry_codes", "years_at_least", "must", "synthetic", "raised_by", "raised_at",
        ),
    ),
    DemandClosed: Published(
        classification="public", fields=("demand_id", "reason", "closed_by", "closed_at")
    ),
    MatchProposed: Published(
        classification="internal",
        fields=("talent_id", "facts_version", "scoring_version", "valid_at", "proposed_at"),
    ),
    MatchesWithdrawn: Published(
        classification="internal", fields=("talent_id", "reason", "withdrawn_at")
    ),
    # Who is wanted where is nobody's business outside; only the envelope leaves.
    ShortlistChanged: Published(classification="internal"),
}  # fmt: skip
