"""An answer to somebody told in sentences: how each policy stands, why, and what it offers."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from services.policy.rules.amount import Span
from services.policy.rules.facts import NOT_APPLICABLE, Absent, Reading
from services.policy.rules.kleene import Truth
from services.policy.rules.outcome import Offer, Outcome, StageFound, State
from services.policy.rules.proof import Branch, LeafProof, Proof
from services.policy.rules.sentences import Line, condition
from services.policy.rules.told_given import tell_given
from services.policy.rules.tree import Holds, Leaf, ManualCheck, Text
from services.policy.rules.vocabulary import FactType
from services.policy.rules.wording import NOTHING, Wording, both, joined

_TRUTHS = {State.ELIGIBLE: "true", State.NOT_ELIGIBLE: "false", State.UNDETERMINED: "unknown"}


def tell_outcome(outcome: Outcome, words: Wording) -> Iterator[Line]:
    """The state, then what failed, is missing or must be checked, then what is offered.

    Of whoever enjoys it: how it stands with what is asked meanwhile, and at the review.
    """
    yield Line(0, _standing(outcome, words))
    for stage in outcome.stages:
        yield from _stage(stage, words)
    for leaf in outcome.failed if outcome.state is State.NOT_ELIGIBLE else ():
        yield Line(1, _failed(leaf, words))
    if outcome.missing:
        facts = joined(words.fact(each) for each in outcome.missing)
        yield Line(1, _labelled("missing", facts, words))
    yield from _unpublished([outcome.proof, *[each.proof for each in outcome.offers]], 1, words)
    if outcome.manual_checks:
        checks = _checks(outcome.manual_checks, outcome.proof)
        yield Line(1, _labelled("checks", checks, words))
    if outcome.offers and not outcome.confirmed:
        yield Line(1, words.text("flag", "not-confirmed"))
    for offer in outcome.offers:
        yield Line(1, _offer(offer, words))


def given(offer: Offer, words: Wording) -> Text:
    """What it is worth by itself, and to whom."""
    worth = offer.worth
    span = Span(worth.least_fen, worth.most_fen)
    return tell_given(kind=worth.kind, thing=worth.thing, payee=offer.payee, span=span, words=words)


def keyed(name: str, offer: Offer, paid: Text, words: Wording) -> Text:
    """An offer by its cost item and its key, with its clause."""
    said, item = words.text("told", name), words.code("cost_items", offer.cost_item)
    cite = words.cite(offer.cite)
    return both(
        f"{said.zh}“{item.zh}”{paid.zh}({offer.key}){cite.zh}",
        f"{said.en} “{item.en}” {paid.en} ({offer.key}){cite.en}",
    )


def _offer(offer: Offer, words: Wording) -> Text:
    name = "offered" if offer.certain else "perhaps"
    return keyed(name, offer, given(offer, words), words)


def _standing(outcome: Outcome, words: Wording) -> Text:
    state, title = words.text("state", outcome.state), outcome.title
    reason = words.text("reason", outcome.reason) if outcome.reason else NOTHING
    why = both(f"({reason.zh})", f" ({reason.en})") if outcome.reason else NOTHING
    return both(
        f"{title.zh}({outcome.policy_id}):{state.zh}{why.zh}",
        f"{title.en} ({outcome.policy_id}): {state.en}{why.en}",
    )


def _stage(found: StageFound, words: Wording) -> Iterator[Line]:
    name = words.text("stage", found.stage)
    truth = _TRUTHS.get(found.state)
    state = words.text("truth", truth) if truth else words.text("state", found.state)
    yield Line(1, both(f"{name.zh}:{state.zh}", f"{name.en}: {state.en}"))
    for leaf in found.failed:
        yield Line(2, _failed(leaf, words))
    if found.missing:
        facts = joined(words.fact(each) for each in found.missing)
        yield Line(2, _labelled("missing", facts, words))
    yield from _unpublished([found.proof], 2, words)
    if found.manual_checks:
        checks = _checks(found.manual_checks, found.proof)
        yield Line(2, _labelled("checks", checks, words))


def _unpublished(proofs: Iterable[Proof | None], depth: int, words: Wording) -> Iterator[Line]:
    """The policies that open conditions ask for and that nobody published."""
    leaves = [leaf for proof in proofs for leaf in _leaves(proof)]
    names = sorted({name for leaf in leaves for name in _asked_in_vain(leaf)})
    if names:
        yield Line(
            depth, _labelled("unpublished", joined(both(each, each) for each in names), words)
        )


def _asked_in_vain(proof: LeafProof) -> tuple[str, ...]:
    leaf = proof.leaf
    return leaf.unpublished if isinstance(leaf, Holds) and proof.truth is Truth.UNKNOWN else ()


def _checks(manual_checks: Iterable[str], proof: Proof | None) -> Text:
    """What is asked may have commas of its own."""
    asked = {
        each.leaf.check_id: each.leaf.text
        for each in _leaves(proof)
        if isinstance(each.leaf, ManualCheck)
    }
    checks = [asked.get(each, both(each, each)) for each in manual_checks]
    return joined(checks, zh=";", en="; ")


def _leaves(proof: Proof | None) -> Iterator[LeafProof]:
    if isinstance(proof, Branch):
        for child in proof.children:
            yield from _leaves(child)
    elif proof is not None:
        yield proof


def _failed(proof: LeafProof, words: Wording) -> Text:
    """What holds and still speaks against the policy is something that must not be so."""
    name = "failed_not" if proof.truth is Truth.TRUE else "failed"
    asked, cite = condition(_decided(proof.leaf), words), words.cite(proof.leaf.cite)
    read = _read(proof.readings, words)
    said = both(f"{asked.zh}{read.zh}{cite.zh}", f"{asked.en}{read.en}{cite.en}")
    return _labelled(name, said, words)


def _decided(leaf: Leaf) -> Leaf:
    """Somebody stated what they hold: who else does need not be known."""
    return replace(leaf, unpublished=()) if isinstance(leaf, Holds) else leaf


def _read(readings: Iterable[Reading], words: Wording) -> Text:
    """The values by their facts, those of one fact together."""
    by_fact: dict[str, list[Reading]] = {}
    for each in readings:
        by_fact.setdefault(each.fact, []).append(each)
    if not by_fact:
        return NOTHING
    said, listed = (
        words.text("told", "read"),
        joined(_values(each, words) for each in by_fact.items()),
    )
    return both(f"({said.zh}{listed.zh})", f" ({said.en} {listed.en})")


def _values(read: tuple[str, list[Reading]], words: Wording) -> Text:
    fact, readings = read
    label, several = words.fact(fact), len(readings) > 1
    values = joined(_value(each, words, several=several) for each in readings)
    return both(f"{label.zh}:{values.zh}", f"{label.en}: {values.en}")


def _value(reading: Reading, words: Wording, *, several: bool) -> Text:
    if not isinstance(reading.value, Absent):
        return words.value(reading.fact, reading.value)
    spec = words.vocabulary.facts.get(reading.fact)
    if reading.value is NOT_APPLICABLE and spec is not None and spec.type is FactType.HELD:
        return words.text("told", "no_others" if several else "none")
    return words.text("told", reading.value.value)


def _labelled(name: str, what: Text, words: Wording) -> Text:
    said = words.text("told", name)
    return both(f"{said.zh}:{what.zh}", f"{said.en}: {what.en}")
