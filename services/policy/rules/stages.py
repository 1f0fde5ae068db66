"""How it goes on for somebody who enjoys a policy: what it asks while it lasts, and each year."""

from collections.abc import Iterator

from services.policy.rules.facts import FactView
from services.policy.rules.kleene import Truth
from services.policy.rules.outcome import Stage, StageFound, State
from services.policy.rules.policy import Policy
from services.policy.rules.proof import deciding
from services.policy.rules.prove import prove
from services.policy.rules.tree import Tree, Unseen
from services.policy.rules.verdict import checks_in, facts_in, verdict


def asked_later(policy: Policy) -> Iterator[tuple[Stage, Tree | Unseen]]:
    """The stages that its text says anything of."""
    for stage, tree in ((Stage.CONTINUING, policy.continuing), (Stage.REVIEW, policy.review)):
        if tree is not None:
            yield stage, tree


def stages_of(policy: Policy, view: FactView) -> tuple[StageFound, ...]:
    return tuple(_found(stage, tree, view) for stage, tree in asked_later(policy))


def _found(stage: Stage, tree: Tree | Unseen, view: FactView) -> StageFound:
    if isinstance(tree, Unseen):
        return StageFound(stage=stage, state=State.CRITERIA_NOT_SEEN)
    proof = prove(tree, view)
    found = verdict(proof)
    return StageFound(
        stage=stage,
        state=found.state,
        proof=proof,
        failed=deciding(proof, Truth.FALSE),
        missing=facts_in(found.needed),
        manual_checks=checks_in(found.needed),
    )
