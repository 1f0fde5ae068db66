"""An answer to somebody told in sentences: how each policy stands, why, and what is worth most."""

from collections.abc import Iterable, Iterator

from services.policy.rules.amount import Kind, Payee, Span
from services.policy.rules.facts import Absent, Reading
from services.policy.rules.outcome import Offer, Outcome, State
from services.policy.rules.package import Included, LeftOut, Package
from services.policy.rules.proof import Branch, LeafProof, Proof
from services.policy.rules.rulings import Ruling
from services.policy.rules.sentences import Line, condition
from services.policy.rules.told_given import tell_given
from services.policy.rules.told_open import tell_blockers, tell_open
from services.policy.rules.told_policy import money
from services.policy.rules.tree import ManualCheck, Text
from services.policy.rules.wording import NOTHING, Wording, both, joined, sum_of


def tell_outcome(outcome: Outcome, words: Wording) -> Iterator[Line]:
    """The state, then what failed, is missing or must be checked, then what is offered."""
    yield Line(0, _standing(outcome, words))
    for leaf in outcome.failed if outcome.state is State.NOT_ELIGIBLE else ():
        yield Line(1, _leaf("failed", leaf, words))
    if outcome.missing:
        yield Line(1, _listed("missing", (words.fact(each) for each in outcome.missing), words))
    if outcome.manual_checks:
        asked = dict(_checks(outcome.proof)) if outcome.proof else {}
        checks = (asked.get(each, both(each, each)) for each in outcome.manual_checks)
        yield Line(1, _listed("checks", checks, words))
    for offer in outcome.offers:
        yield Line(1, _offer(offer, words))


def tell_package(package: Package, words: Wording) -> Iterator[Line]:
    """The sum, what it is made of, and for everything left out what stands against it."""
    said, total = words.text("told", "package"), money(Span(package.least_fen, package.most_fen))
    yield Line(0, both(f"{said.zh}:{total.zh}", f"{said.en}: {total.en}"))
    for each in package.included:
        yield Line(1, _keyed("included", each.offer, _included(each, words), words))
    for out in package.left_out:
        yield Line(1, _left_out(out, words))
    yield from tell_open(package)
    for ruling in package.rulings:
        yield Line(1, _ruling(ruling, words))


def _ruling(ruling: Ruling, words: Wording) -> Text:
    """Which of two statements counts, by whose word, and where that stands."""
    said, won = words.text("told", "ruling"), words.text("told", f"ruling_{ruling.prevails}")
    named = f"{ruling.forbids}, {ruling.allows}"
    body = words.body(ruling.by)
    return both(
        f"{said.zh}({named}):{won.zh}({body.zh},{ruling.clause})",
        f"{said.en} ({named}): {won.en} ({body.en}, {ruling.clause})",
    )


def _checks(proof: Proof) -> Iterator[tuple[str, Text]]:
    if isinstance(proof, Branch):
        for child in proof.children:
            yield from _checks(child)
    elif isinstance(proof.leaf, ManualCheck):
        yield proof.leaf.check_id, proof.leaf.text


def _standing(outcome: Outcome, words: Wording) -> Text:
    state, title = words.text("state", outcome.state), outcome.title
    reason = words.text("reason", outcome.reason) if outcome.reason else NOTHING
    why = both(f"({reason.zh})", f" ({reason.en})") if outcome.reason else NOTHING
    return both(
        f"{title.zh}({outcome.policy_id}):{state.zh}{why.zh}",
        f"{title.en} ({outcome.policy_id}): {state.en}{why.en}",
    )


def _leaf(name: str, proof: LeafProof, words: Wording) -> Text:
    said, asked = words.text("told", name), condition(proof.leaf, words)
    read, cite = _read(proof.readings, words), words.cite(proof.leaf.cite)
    return both(
        f"{said.zh}:{asked.zh}{read.zh}{cite.zh}", f"{said.en}: {asked.en}{read.en}{cite.en}"
    )


def _read(readings: Iterable[Reading], words: Wording) -> Text:
    values = [_value(each, words) for each in readings]
    if not values:
        return NOTHING
    said, listed = words.text("told", "read"), joined(values)
    return both(f"({said.zh}{listed.zh})", f" ({said.en} {listed.en})")


def _value(reading: Reading, words: Wording) -> Text:
    label = words.fact(reading.fact)
    if isinstance(reading.value, Absent):
        value = words.text("told", reading.value.value)
    else:
        value = words.value(reading.fact, reading.value)
    return both(f"{label.zh}:{value.zh}", f"{label.en}: {value.en}")


def _listed(name: str, texts: Iterable[Text], words: Wording) -> Text:
    said, listed = words.text("told", name), joined(texts)
    return both(f"{said.zh}:{listed.zh}", f"{said.en}: {listed.en}")


def _offer(offer: Offer, words: Wording) -> Text:
    return _keyed("offered", offer, _given(offer, words), words)


def _included(each: Included, words: Wording) -> Text:
    """What it pays beside the others of the package."""
    if each.offer.worth.kind is Kind.MONEY and each.offer.payee is Payee.PERSON:
        return money(Span(each.least_fen, each.most_fen))
    return _given(each.offer, words)


def _given(offer: Offer, words: Wording) -> Text:
    worth = offer.worth
    span = Span(worth.least_fen, worth.most_fen)
    return tell_given(kind=worth.kind, thing=worth.thing, payee=offer.payee, span=span, words=words)


def _keyed(name: str, offer: Offer, paid: Text, words: Wording) -> Text:
    said, item = words.text("told", name), words.code("cost_items", offer.cost_item)
    cite = words.cite(offer.cite)
    return both(
        f"{said.zh}“{item.zh}”{paid.zh}({offer.key}){cite.zh}",
        f"{said.en} “{item.en}” {paid.en} ({offer.key}){cite.en}",
    )


def _left_out(out: LeftOut, words: Wording) -> Text:
    """Nothing stands against what is merely worth less; what cannot be forced in has no price."""
    against = tell_blockers(out.blocked_by)
    costs = both("", "")
    if out.costs_fen is not None:
        lost = sum_of(out.costs_fen)
        costs = both(f",如选用将少得{lost.zh}", f"; taking it would cost {lost.en}")
    said, item = words.text("told", "left_out"), words.code("cost_items", out.offer.cost_item)
    return both(
        f"{said.zh}“{item.zh}”({out.offer.key}):{against.zh}{costs.zh}",
        f"{said.en} “{item.en}” ({out.offer.key}): {against.en}{costs.en}",
    )
