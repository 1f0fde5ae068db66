"""One answer for one talent: every policy, the best lawful package, and what it all rests on."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

import msgspec

from events.catalog.talent import Fact
from services.policy.entitlements.fact_list import digest_of, typed
from services.policy.policies.views import Consolidated
from services.policy.rules import (
    POSSIBLE,
    PROMISING,
    Outcome,
    Package,
    State,
    Vocabulary,
    best_package,
    interactions_of,
    render,
    render_package,
    rulings_of,
)
from services.policy.rules.amount import HORIZON
from services.policy.rules.evaluate import judge_all
from services.policy.rules.explain import near_misses, render_near_miss
from services.policy.rules.facts import FactView, select
from services.policy.rules.outcome import StageFound, engine_version
from services.policy.rules.proof import LeafProof
from services.policy.rules.render import Memo, render_question

Json: TypeAlias = dict[str, Any]
P = TypeVar("P")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What was found of a person, not yet put into words; `basis` is exactly what it rests on."""

    basis: Json
    person: FactView
    outcomes: tuple[Outcome, ...]
    package: Package
    possible_package: Package | None


def assess(
    seen: Consolidated,
    facts: Sequence[Fact],
    *,
    facts_version: int | None,
    vocabulary: Vocabulary,
    horizon: int = HORIZON,
) -> Assessment:
    """Judge every policy of the view; the same view, facts and engine find the same.

    `horizon` is how many months a benefit without an end counts.
    """
    view = seen.view
    person = select(typed(facts, vocabulary), view.valid_at, view.known_at)
    outcomes = judge_all(view.ready(), person, horizon)
    interactions = interactions_of(view)
    rulings = rulings_of(view)
    package = best_package(outcomes, interactions, PROMISING, rulings)
    return Assessment(
        basis=basis_of(seen, digest_of(facts, view.known_at), facts_version, vocabulary),
        person=person,
        outcomes=outcomes,
        package=package,
        possible_package=possible(
            outcomes,
            package,
            lambda: best_package(outcomes, interactions, POSSIBLE, rulings),
        ),
    )


def basis_of(
    seen: Consolidated, facts_digest: str, facts_version: int | None, vocabulary: Vocabulary
) -> Json:
    return {
        "valid_at": seen.view.valid_at.isoformat(),
        "known_at": seen.view.known_at.isoformat(),
        "view_version": seen.view.version,
        "view_position": seen.position,
        "facts_version": facts_version,
        "facts_digest": facts_digest,
        "engine_version": engine_version(vocabulary),
        "unreadable_policies": list(seen.unreadable),
    }


def receipt_of(found: Assessment) -> Json:
    """The whole answer: what it rests on, every outcome with its proof, and the packages."""
    memo: Memo = {}
    outcomes = [render(outcome, memo) for outcome in found.outcomes]
    offers = {offer["key"]: offer for outcome in outcomes for offer in outcome["offers"]}
    return {**found.basis, "outcomes": outcomes, **packages_of(found, offers)}


def packages_of(found: Assessment, rendered: Mapping[str, Json] | None = None) -> Json:
    """The package, and the possible one where it is another; offers may be `rendered` already."""
    other = found.possible_package
    return {
        "package": render_package(found.package, rendered),
        "possible_package": None if other is None else render_package(other, rendered),
    }


def missed(seen: Consolidated, found: Assessment, vocabulary: Vocabulary) -> list[Json]:
    """What would have to change for each policy that is missed, for whoever asks what if."""
    near = near_misses(seen.view, found.person, vocabulary)
    return [render_near_miss(policy_id, each) for policy_id, each in near.items()]


def canonical(answer: object) -> bytes:
    """The text of an answer, with its keys in one order: the same answer is the same text."""
    return msgspec.json.encode(answer, order="deterministic")


def outcome_digest(found: Assessment) -> str:
    """Names what the talent would notice.

    Days counted, values read and versions move without anything following from it; states,
    failed clauses, missing facts, offers and packages are the outcome.
    """
    other = found.possible_package
    return digest_of_noticed(
        [noticed_outcome(outcome) for outcome in found.outcomes],
        noticed_package(found.package),
        None if other is None else noticed_package(other),
    )


def digest_of_noticed(outcomes: Sequence[object], package: object, other: object) -> str:
    """Of what is noticed of the outcomes, of the package, and of the possible one."""
    return hashlib.sha256(canonical([outcomes, package, other])).hexdigest()


def possible(outcomes: Sequence[Outcome], package: P, choose: Callable[[], P]) -> P | None:
    """What could be had if every missing fact turned out well; none where nothing is missing.

    It is the package itself where what is missing opens nothing; only otherwise one is chosen.
    """
    missing = [outcome for outcome in outcomes if outcome.state is State.UNDETERMINED]
    if not missing:
        return None
    return choose() if any(outcome.offers for outcome in missing) else package


def noticed_outcome(outcome: Outcome) -> list[Any]:
    return [
        [outcome.policy_id, outcome.version, outcome.state, outcome.reason, outcome.confirmed],
        [outcome.missing, outcome.manual_checks],
        _noticed_failures(outcome.failed),
        [[offer.key, offer.worth, offer.certain] for offer in outcome.offers],
        # Whoever enjoys nothing that asks for more keeps the digest recorded before it counted.
        *map(_noticed_stage, outcome.stages),
    ]


def _noticed_stage(found: StageFound) -> list[Any]:
    asked = [found.stage, found.state, found.missing, found.manual_checks]
    return [*asked, *_noticed_failures(found.failed)]


def _noticed_failures(failed: Sequence[LeafProof]) -> list[Any]:
    return [render_question(each.leaf) for each in failed]


def noticed_package(package: Package) -> list[Any]:
    included = [[each.offer.key, each.least_fen, each.most_fen] for each in package.included]
    left_out = [[each.offer.key, each.blocked_by, each.costs_fen] for each in package.left_out]
    told = [package.doubts, package.duplicates, package.ends]
    # Who follows no ruling keeps the digest that was recorded before there were any.
    return [included, left_out, *told, *package.rulings]
