"""A package told in sentences: what is chosen, what is left out and why, what is still open."""

from collections.abc import Iterator

from services.policy.rules.amount import Kind, Payee, Span
from services.policy.rules.package import Included, LeftOut, Package
from services.policy.rules.rulings import Ruling
from services.policy.rules.sentences import Line
from services.policy.rules.told_answer import given, keyed
from services.policy.rules.told_open import tell_blockers, tell_open
from services.policy.rules.told_policy import money
from services.policy.rules.tree import Text
from services.policy.rules.wording import Wording, both, sum_of


def tell_package(package: Package, words: Wording) -> Iterator[Line]:
    """The sum, what it is made of, and for everything left out what stands against it."""
    said, total = words.text("told", "package"), money(Span(package.least_fen, package.most_fen))
    yield Line(0, both(f"{said.zh}:{total.zh}", f"{said.en}: {total.en}"))
    for each in package.included:
        yield Line(1, keyed("included", each.offer, _paid(each, words), words))
    for out in package.left_out:
        yield Line(1, _left_out(out, words))
    for ruling in package.rulings:
        yield Line(1, _ruling(ruling, words))
    yield from tell_open(package)


def _paid(included: Included, words: Wording) -> Text:
    """What it pays the person beside the others; what it is worth where it is no such sum."""
    offer = included.offer
    if offer.worth.kind is Kind.MONEY and offer.payee is Payee.PERSON:
        return money(Span(included.least_fen, included.most_fen))
    return given(offer, words)


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


def _ruling(ruling: Ruling, words: Wording) -> Text:
    """Which of two statements counts, by whose word, and where that stands."""
    said, won = words.text("told", "ruling"), words.text("told", f"ruling_{ruling.prevails}")
    named = f"{ruling.forbids}, {ruling.allows}"
    body = words.body(ruling.by)
    return both(
        f"{said.zh}({named}):{won.zh}({body.zh},{ruling.clause})",
        f"{said.en} ({named}): {won.en} ({body.en}, {ruling.clause})",
    )
