"""A package told in sentences: what is chosen, what is left out and why, what is still open."""

from collections.abc import Iterator

from services.policy.rules.amount import Kind, Payee, Span
from services.policy.rules.blockers import Blocker
from services.policy.rules.doubts import Doubt
from services.policy.rules.package import Included, LeftOut, Package
from services.policy.rules.rulings import Ruling
from services.policy.rules.sentences import Line
from services.policy.rules.told_answer import given, keyed
from services.policy.rules.told_policy import money
from services.policy.rules.tree import Text
from services.policy.rules.wording import NOTHING, Wording, both, joined, sum_of


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
    for doubt in package.doubts:
        yield Line(1, _doubt(doubt, words))
    if package.counted_once:
        said, keys = words.text("told", "counted_once"), package.counted_once
        yield Line(1, both(f"{said.zh}:{'、'.join(keys)}", f"{said.en}: {', '.join(keys)}"))


def _paid(included: Included, words: Wording) -> Text:
    """What it pays beside the others; what others are paid is no part of the sum."""
    offer = included.offer
    if offer.worth.kind is not Kind.MONEY:
        return given(offer, words)
    if offer.payee is Payee.PERSON:
        return money(Span(included.least_fen, included.most_fen))
    worth, beside = given(offer, words), words.text("told", "not_counted")
    return both(f"{worth.zh}({beside.zh})", f"{worth.en} ({beside.en})")


def _left_out(out: LeftOut, words: Wording) -> Text:
    """Nothing stands against what is merely worth less; what cannot be forced in has no price."""
    against = joined([_blocker(each, words) for each in out.blocked_by])
    costs = both("", "")
    if out.costs_fen is not None:
        lost = sum_of(out.costs_fen)
        costs = both(f",如选用将少得{lost.zh}", f"; taking it would cost {lost.en}")
    said, item = words.text("told", "left_out"), words.code("cost_items", out.offer.cost_item)
    return both(
        f"{said.zh}“{item.zh}”({out.offer.key}):{against.zh}{costs.zh}",
        f"{said.en} “{item.en}” ({out.offer.key}): {against.en}{costs.en}",
    )


def _blocker(blocker: Blocker, words: Wording) -> Text:
    """The statement, and beside it what was chosen, was had before, or is lacking."""
    name, other = "blocked_base", ""
    if blocker.by is not None:
        name, other = "blocked_by", blocker.by
    elif blocker.had is not None:
        name, other = "blocked_had", blocker.had
    why, stated = words.text("told", name), blocker.interaction_id
    space = " " if other else ""
    return both(f"{stated}({why.zh}{other})", f"{stated} ({why.en}{space}{other})")


def _ruling(ruling: Ruling, words: Wording) -> Text:
    """Which of two statements counts, by whose word, and where that stands."""
    said, won = words.text("told", "ruling"), words.text("told", f"ruling_{ruling.prevails}")
    named = f"{ruling.forbids}, {ruling.allows}"
    body = words.body(ruling.by)
    return both(
        f"{said.zh}({named}):{won.zh}({body.zh},{ruling.clause})",
        f"{said.en} ({named}): {won.en} ({body.en}, {ruling.clause})",
    )


def _doubt(doubt: Doubt, words: Wording) -> Text:
    """What is open, in which statements and between which offers, and what it may be worth."""
    said, more = words.text("told", f"doubt_{doubt.kind}"), NOTHING
    named = (*doubt.interactions, *doubt.offers)
    if doubt.gain_fen:
        gain, fen = words.text("told", "gain"), sum_of(doubt.gain_fen)
        more = both(f",{gain.zh}{fen.zh}", f"; {gain.en} {fen.en}")
    return both(
        f"{said.zh}({'、'.join(named)}){more.zh}", f"{said.en} ({', '.join(named)}){more.en}"
    )
