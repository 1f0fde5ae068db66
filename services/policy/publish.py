"""What leaves the policy service: bodies and policies; of an answer, that it is there."""

from collections.abc import Mapping

from events.catalog.body import BodyEstablished
from events.catalog.dictionary import DictionaryKept
from events.catalog.entitlement import EntitlementAssessed, EntitlementWithdrawn
from events.catalog.policy import (
    PolicyAmended,
    PolicyPublished,
    PolicyQuotaFilled,
    PolicyRepealed,
    PolicyRulingGiven,
    PolicyRulingWithdrawn,
    PolicySuperseded,
)
from events.sourcing.types import Published

PUBLISHED: Mapping[type, Published] = {
    BodyEstablished: Published(
        classification="public",
        fields=(
            "body_id",
            "name_zh",
            "name_en",
            "level",
            "parent_id",
            "region",
            "established_by",
            "established_at",
        ),
    ),
    PolicyPublished: Published(
        classification="public",
        fields=(
            "policy_id",
            "edition",
            "issuer_id",
            "document",
            "digest",
            "published_by",
            "published_at",
        ),
    ),
    PolicySuperseded: Published(
        classification="public",
        fields=(
            "policy_id",
            "issuer_id",
            "superseded_by",
            "effective_on",
            "superseded_at",
            "recorded_by",
        ),
    ),
    PolicyRepealed: Published(
        classification="public",
        fields=(
            "policy_id",
            "issuer_id",
            "effective_on",
            "reason",
            "repealed_at",
            "recorded_by",
        ),
    ),
    PolicyAmended: Published(
        classification="public",
        fields=(
            "policy_id",
            "issuer_id",
            "kind",
            "first_on",
            "last_on",
            "edition",
            "clause",
            "amended_at",
            "recorded_by",
        ),
    ),
    PolicyQuotaFilled: Published(
        classification="public",
        fields=(
            "policy_id",
            "issuer_id",
            "first_on",
            "last_on",
            "filled_at",
            "recorded_by",
        ),
    ),
    PolicyRulingGiven: Published(
        classification="public",
        fields=(
            "policy_id",
            "issuer_id",
            "edition",
            "forbids",
            "allows_policy_id",
            "allows_edition",
            "allows",
            "prevails",
            "effective_on",
            "clause",
            "ruled_by",
            "ruled_at",
            "recorded_by",
        ),
    ),
    PolicyRulingWithdrawn: Published(
        classification="public",
        fields=(
            "policy_id",
            "issuer_id",
            "forbids",
            "allows_policy_id",
            "allows",
            "effective_on",
            "clause",
            "withdrawn_by",
            "withdrawn_at",
            "recorded_by",
        ),
    ),
    DictionaryKept: Published(classification="internal"),
    # The digest of an outcome has no key, so whoever guesses the outcome could confirm it.
    EntitlementAssessed: Published(classification="internal"),
    EntitlementWithdrawn: Published(
        classification="internal", fields=("talent_id", "reason", "withdrawn_at")
    ),
}
