"""An answer as plain JSON: codes and values that a page or a program puts into words."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any, TypeAlias

import msgspec

from services.policy.rules.amendments import Change
from services.policy.rules.facts import Absent, Reading
from services.policy.rules.outcome import Offer, Outcome, StageFound
from services.policy.rules.package import Included, LeftOut, Package
from services.policy.rules.policy import Policy
from services.policy.rules.proof import LeafProof, Proof
from services.policy.rules.rulings import Ruling
from services.policy.rules.tree import (
    All,
    AnyOf,
    Cite,
    Compare,
    Count,
    Elapsed,
    Holds,
    Insured,
    Leaf,
    Linear,
    ManualCheck,
    Member,
    Not,
    NotSeen,
    Text,
    Tracks,
    Tree,
    Within,
)

Json: TypeAlias = dict[str, Any]
Memo: TypeAlias = dict[int, Any]
"""What was rendered of leaves, offers, days, and readings that several share, as JSON or its text.

It goes by their identities, so it must not outlive them.
"""

# More conditions than this never stand in one view; a leaf is frozen, so its words are too.
MOST_LEAVES = 8192

_PLAIN = frozenset({str, int, bool, type(None)})
_LEAF_NAMES: Mapping[type, str] = {
    Compare: "compare",
    Linear: "linear",
    Member: "member",
    Elapsed: "elapsed",
    Within: "within",
    Insured: "insured",
    Holds: "holds",
    Count: "count",
    ManualCheck: "manual_check",
    NotSeen: "not_seen",
}


def render(outcome: Outcome, memo: Memo | None = None) -> Json:
    """The whole answer with its proof; the same for an API and for a page."""
    memo = {} if memo is None else memo
    return {
        "policy_id": outcome.policy_id,
        "version": outcome.version,
        "issuer": outcome.issuer,
        "title": _text(outcome.title),
        "state": str(outcome.state),
        "reason": None if outcome.reason is None else str(outcome.reason),
        "confirmed": outcome.confirmed,
        "scope": str(outcome.scope),
        "demo": outcome.demo,
        "proof": None if outcome.proof is None else render_proof(outcome.proof, memo),
        "failed": [memo.get(id(each)) or render_leaf(each, memo) for each in outcome.failed],
        "missing": list(outcome.missing),
        "could_matter": list(outcome.could_matter),
        "manual_checks": list(outcome.manual_checks),
        "offers": [memo.get(id(each)) or render_offer(each, memo) for each in outcome.offers],
        "next_open": None if outcome.next_open is None else outcome.next_open.isoformat(),
        "stages": [render_stage(each, memo) for each in outcome.stages],
        "valid_at": _day(outcome.valid_at, memo),
        "known_at": _day(outcome.known_at, memo),
        "policy_digest": outcome.policy_digest,
        "engine": outcome.engine,
    }


def render_stage(found: StageFound, memo: Memo) -> Json:
    """How somebody who enjoys a policy stands to what it asks meanwhile."""
    return {
        "stage": str(found.stage),
        "state": str(found.state),
        "proof": None if found.proof is None else render_proof(found.proof, memo),
        "failed": [render_leaf(each, memo) for each in found.failed],
        "missing": list(found.missing),
        "manual_checks": list(found.manual_checks),
    }


def render_proof(proof: Proof, memo: Memo) -> Json:
    if isinstance(proof, LeafProof):
        return render_leaf(proof, memo)
    return {
        "join": str(proof.join),
        "truth": str(proof.truth),
        "name": proof.name,
        "title": None if proof.title is None else _text(proof.title),
        "closed": proof.closed,
        "children": [memo.get(id(each)) or render_proof(each, memo) for each in proof.children],
    }


def render_leaf(proof: LeafProof, memo: Memo) -> Json:
    found: Json | None = memo.get(id(proof))
    if found is None:
        found = memo[id(proof)] = _leaf(proof, memo)
    return found


def render_question(leaf: Leaf) -> tuple[Json, Json]:
    """What a condition asks, and where it stands."""
    return _asks(leaf), render_cite(leaf.cite)


def _leaf(proof: LeafProof, memo: Memo) -> Json:
    asks, cite = render_question(proof.leaf)
    return {
        "leaf": _LEAF_NAMES[type(proof.leaf)],
        "truth": str(proof.truth),
        "asks": asks,
        "cite": cite,
        "read": [_reading(each, memo) for each in proof.readings],
        "counted": proof.counted,
    }


def render_offer(offer: Offer, memo: Memo) -> Json:
    return {
        "key": offer.key,
        "policy_id": offer.policy_id,
        "benefit_id": offer.benefit_id,
        "issuer": offer.issuer,
        "cost_item": offer.cost_item,
        "payee": str(offer.payee),
        "payer": offer.payer,
        "certain": offer.certain,
        "worth": _plain(offer.worth),
        "cite": render_cite(offer.cite),
        "proof": None if offer.proof is None else render_proof(offer.proof, memo),
    }


def render_package(package: Package, rendered: Mapping[str, Any] | None = None) -> Json:
    """Sums are fen; what is a thing or a right stands in `included` beside the sum.

    `rendered` holds offers by their keys that were rendered already, as JSON gives them or as text.
    """
    known = rendered or {}

    def beside(one: Included | LeftOut) -> Json:
        return render_choice(one, known.get(one.offer.key) or render_offer(one.offer, {}))

    return render_around(
        package, [*map(beside, package.included)], [*map(beside, package.left_out)]
    )


def render_choice(one: Included | LeftOut, offer: Any) -> Json:
    """What became of an offer, which is rendered already."""
    if isinstance(one, Included):
        return {
            "offer": offer,
            "least_fen": one.least_fen,
            "most_fen": one.most_fen,
            "borne": [{"who": who, "fen": fen} for who, fen in one.borne],
        }
    return {
        "offer": offer,
        "blocked_by": _plain(one.blocked_by),
        "costs_fen": one.costs_fen,
        "instead": list(one.instead),
    }


def render_around(package: Package, included: Any, left_out: Any) -> Json:
    """A package, of which what became of the offers is rendered already."""
    return {
        "least_fen": package.least_fen,
        "most_fen": package.most_fen,
        "counted_once": list(package.counted_once),
        "applications": list(package.applications),
        "included": included,
        "left_out": left_out,
        "provisional": package.provisional,
        "doubts": _plain(package.doubts),
        "duplicates": _plain(package.duplicates),
        "ends": _plain(package.ends),
        "rulings": [render_ruling(each) for each in package.rulings],
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
        "windows": _plain(policy.windows),
        "quota": _plain(policy.quota),
        "applies": _plain(policy.applies),
        "supersedes": _plain(policy.supersedes),
        "particulars": _plain(policy.particulars),
        "sources": _plain(policy.sources),
        "scope": policy.scope.value,
        "demo": policy.demo,
        "digest": policy.digest,
    }


def render_change(change: Change) -> Json:
    """One thing that an act did to a policy."""
    return {
        "kind": change.kind.value,
        "first": _plain(change.first),
        "last": _plain(change.last),
        "version": change.version,
        "by": change.by,
        "issuer": change.issuer,
        "row": change.row,
        "cite": None if change.cite is None else render_cite(change.cite),
    }


def render_ruling(ruling: Ruling) -> Json:
    """What was ruled, by which body, and where it stands."""
    found: Json = _plain(ruling)
    return found


def render_cite(cite: Cite) -> Json:
    return {"where": cite.where, "source": cite.source, "clause": str(cite.clause)}


@lru_cache(maxsize=MOST_LEAVES)
def _asks(leaf: Leaf) -> Json:
    """The condition's own parameters; covered codes are left out, the written ones stay."""
    if isinstance(leaf, Count):
        where = None if leaf.where is None else render_condition(leaf.where)
        return {**_parameters(replace(leaf, where=None)), "where": where}
    return _parameters(leaf)


def _parameters(leaf: Leaf) -> Json:
    plain: Json = _plain(leaf)
    return {key: value for key, value in plain.items() if key not in ("cite", "covers", "wholes")}


def render_condition(tree: Tree) -> Json:
    """A condition that nobody was judged by: what it asks, without any answer."""
    match tree:
        case All(children=children):
            return {"join": "all", "children": [render_condition(each) for each in children]}
        case AnyOf(children=children):
            return {"join": "any", "children": [render_condition(each) for each in children]}
        case Not(child=child):
            return {"join": "not", "children": [render_condition(child)]}
        case Tracks(children=tracks):
            routes = [render_condition(each.when) for each in tracks]
            return {"join": "tracks", "children": routes}
        case _:
            return {
                "leaf": _LEAF_NAMES[type(tree)],
                "asks": _asks(tree),
                "cite": render_cite(tree.cite),
            }


def _reading(reading: Reading, memo: Memo) -> Json:
    found = memo.get(id(reading))
    if found is None:
        found = memo[id(reading)] = _read(reading)
    return found


def _read(reading: Reading) -> Json:
    absent = isinstance(reading.value, Absent)
    return {
        "fact": reading.fact,
        "value": None if absent else _plain(reading.value),
        "state": _plain(reading.value) if absent else "value",
        "source": None if reading.source is None else str(reading.source),
        "document": reading.document,
    }


def _day(day: date, memo: Memo) -> str:
    """The same of all outcomes of one person; a moment is a day too."""
    found: str | None = memo.get(id(day))
    if found is None:
        found = memo[id(day)] = day.isoformat()
    return found


def _text(text: Text) -> Json:
    return {"zh": text.zh, "en": text.en}


def _plain(value: object) -> Any:
    """As JSON gives it back: an answer must equal itself after a round trip."""
    if type(value) in _PLAIN:
        return value
    return msgspec.json.decode(msgspec.json.encode(value))
