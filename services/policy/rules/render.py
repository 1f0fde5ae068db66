"""An answer as plain JSON: codes and values that a page or a program puts into words."""

from collections.abc import Mapping
from typing import Any, TypeAlias

import msgspec

from services.policy.rules.facts import Absent, Reading
from services.policy.rules.outcome import Offer, Outcome
from services.policy.rules.package import Package
from services.policy.rules.policy import Policy
from services.policy.rules.proof import LeafProof, Proof
from services.policy.rules.tree import (
    Cite,
    Compare,
    Elapsed,
    Holds,
    Insured,
    Leaf,
    ManualCheck,
    Member,
    NotSeen,
    Text,
    Within,
)

Json: TypeAlias = dict[str, Any]

_LEAF_NAMES: Mapping[type, str] = {
    Compare: "compare",
    Member: "member",
    Elapsed: "elapsed",
    Within: "within",
    Insured: "insured",
    Holds: "holds",
    ManualCheck: "manual_check",
    NotSeen: "not_seen",
}


def render(outcome: Outcome) -> Json:
    """The whole answer with its proof; the same for an API and for a page."""
    return {
        "policy_id": outcome.policy_id,
        "version": outcome.version,
        "issuer": outcome.issuer,
        "title": _text(outcome.title),
        "state": outcome.state.value,
        "reason": None if outcome.reason is None else outcome.reason.value,
        "confirmed": outcome.confirmed,
        "scope": outcome.scope.value,
        "demo": outcome.demo,
        "proof": None if outcome.proof is None else render_proof(outcome.proof),
        "failed": [render_leaf(each) for each in outcome.failed],
        "missing": list(outcome.missing),
        "could_matter": list(outcome.could_matter),
        "manual_checks": list(outcome.manual_checks),
        "offers": [render_offer(each) for each in outcome.offers],
        "valid_at": outcome.valid_at.isoformat(),
        "known_at": outcome.known_at.isoformat(),
        "policy_digest": outcome.policy_digest,
        "engine": outcome.engine,
    }


def render_proof(proof: Proof) -> Json:
    if isinstance(proof, LeafProof):
        return render_leaf(proof)
    return {
        "join": proof.join.value,
        "truth": proof.truth.value,
        "name": proof.name,
        "title": None if proof.title is None else _text(proof.title),
        "closed": proof.closed,
        "children": [render_proof(each) for each in proof.children],
    }


def render_leaf(proof: LeafProof) -> Json:
    return {
        "leaf": _LEAF_NAMES[type(proof.leaf)],
        "truth": proof.truth.value,
        "asks": _asks(proof.leaf),
        "cite": render_cite(proof.leaf.cite),
        "read": [_reading(each) for each in proof.readings],
        "counted": proof.counted,
    }


def render_offer(offer: Offer) -> Json:
    return {
        "key": offer.key,
        "policy_id": offer.policy_id,
        "benefit_id": offer.benefit_id,
        "issuer": offer.issuer,
        "cost_item": offer.cost_item,
        "payee": offer.payee.value,
        "payer": offer.payer,
        "certain": offer.certain,
        "worth": _plain(offer.worth),
        "cite": render_cite(offer.cite),
        "proof": None if offer.proof is None else render_proof(offer.proof),
    }


def render_package(package: Package) -> Json:
    """Sums are fen; what is a thing or a right stands in `included` beside the sum."""
    return {
        "least_fen": package.least_fen,
        "most_fen": package.most_fen,
        "applications": list(package.applications),
        "included": [
            {
                "offer": render_offer(each.offer),
                "least_fen": each.least_fen,
                "most_fen": each.most_fen,
            }
            for each in package.included
        ],
        "left_out": [
            {
                "offer": render_offer(each.offer),
                "blocked_by": _plain(each.blocked_by),
                "costs_fen": each.costs_fen,
            }
            for each in package.left_out
        ],
    }


def render_policy(policy: Policy) -> Json:
    """What a policy is, without its tree: enough to head a page about it."""
    return {
        "policy_id": policy.policy_id,
        "version": policy.version,
        "issuer": policy.issuer,
        "joint_issuers": list(policy.joint_issuers),
        "title": _text(policy.title),
        "region": policy.region,
        "doc_no": _plain(policy.doc_no),
        "published": _plain(policy.published),
        "in_force": _plain(policy.in_force),
        "window": _plain(policy.window),
        "supersedes": _plain(policy.supersedes),
        "particulars": _plain(policy.particulars),
        "sources": _plain(policy.sources),
        "scope": policy.scope.value,
        "demo": policy.demo,
        "digest": policy.digest,
    }


def render_cite(cite: Cite) -> Json:
    return {"where": cite.where, "source": cite.source}


def _asks(leaf: Leaf) -> Json:
    """The condition's own parameters; covered codes are left out, the written ones stay."""
    plain: Json = _plain(leaf)
    return {key: value for key, value in plain.items() if key not in ("cite", "covers")}


def _reading(reading: Reading) -> Json:
    absent = isinstance(reading.value, Absent)
    return {
        "fact": reading.fact,
        "value": None if absent else _plain(reading.value),
        "state": _plain(reading.value) if absent else "value",
        "source": _plain(reading.source),
        "document": reading.document,
    }


def _text(text: Text) -> Json:
    return {"zh": text.zh, "en": text.en}


def _plain(value: object) -> Any:
    return _listed(msgspec.to_builtins(value))


def _listed(plain: Any) -> Any:
    """JSON knows lists only; an answer must equal itself after a round trip."""
    match plain:
        case dict():
            return {key: _listed(value) for key, value in plain.items()}
        case list() | tuple():
            return [_listed(value) for value in plain]
        case _:
            return plain
