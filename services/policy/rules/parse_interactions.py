"""Reading what a policy says about other benefits, its own and those of other bodies."""

from collections.abc import Callable
from dataclasses import dataclass

from services.policy.rules.amount import Money, Per
from services.policy.rules.interactions import (
    ByItem,
    Cap,
    ChooseOne,
    DeductPrior,
    ExcludedIfHeld,
    Exclusive,
    Highest,
    Interaction,
    Pick,
    Stated,
    Target,
    TopUp,
)
from services.policy.rules.parse_benefits import COST_ITEMS
from services.policy.rules.parse_words import Words, code_of, read_held
from services.policy.rules.reader import Cursor


@dataclass(frozen=True, slots=True)
class Own:
    """The policy the interactions stand in."""

    policy_id: str
    issuer: str
    benefit_ids: frozenset[str]


def read_interactions(at: Cursor, own: Own, words: Words) -> tuple[Interaction, ...]:
    found: list[Interaction] = []
    for item in at.items(least=0):
        interaction = _interaction(item, own, words)
        if interaction.stated.interaction_id in [o.stated.interaction_id for o in found]:
            raise item.wrong("two interactions have this id", "Give each its own id.")
        found.append(interaction)
    return tuple(found)


def _interaction(at: Cursor, own: Own, words: Words) -> Interaction:
    for kind, read in READERS.items():
        if at.has(kind):
            given = at.fields(f"id cite {kind}")
            stated = Stated(
                interaction_id=f"{own.policy_id}/{given['id'].slug()}",
                issuer=own.issuer,
                policy_id=own.policy_id,
                cite=given["cite"].cite(),
            )
            return read(given[kind], stated, own, words)
    raise at.wrong("not an interaction", f"Give one of: {', '.join(READERS)}.")


def _exclusive(at: Cursor, stated: Stated, own: Own, words: Words) -> Interaction:
    given = at.fields("target excludes")
    target = _pick(given["target"], own, words)
    return Exclusive(stated=stated, target=target, excludes=_members(given["excludes"], own, words))


def _choose_one(at: Cursor, stated: Stated, own: Own, words: Words) -> Interaction:
    return ChooseOne(stated=stated, members=_members(at.fields("members")["members"], own, words))


def _highest(at: Cursor, stated: Stated, own: Own, words: Words) -> Interaction:
    return Highest(stated=stated, members=_members(at.fields("members")["members"], own, words))


def _top_up(at: Cursor, stated: Stated, own: Own, words: Words) -> Interaction:
    given = at.fields("target bases", "total_cap")
    return TopUp(
        stated=stated,
        target=_target(given["target"], own),
        bases=_members(given["bases"], own, words),
        total_cap=_money(given["total_cap"]) if "total_cap" in given else None,
    )


def _excluded_if_held(at: Cursor, stated: Stated, _own: Own, words: Words) -> Interaction:
    held = read_held(at, words)
    return ExcludedIfHeld(
        stated=stated,
        fact=held.fact,
        codes=held.codes,
        covers=held.covers,
        tenure=held.tenure,
        closed=held.closed,
    )


def _cap(at: Cursor, stated: Stated, own: Own, words: Words) -> Interaction:
    given = at.fields("members most")
    members = _members(given["members"], own, words)
    return Cap(stated=stated, members=members, most_fen=given["most"].fen())


def _deduct_prior(at: Cursor, stated: Stated, own: Own, words: Words) -> Interaction:
    given = at.fields("target members")
    target = _target(given["target"], own)
    return DeductPrior(stated=stated, target=target, members=_members(given["members"], own, words))


def _money(at: Cursor) -> Money:
    given = at.fields("amount per")
    per = given["per"].choice(Per)
    if per is Per.NOT_SEEN:
        raise given["per"].wrong("a total needs its rhythm", "Leave `total_cap` out if not seen.")
    return Money(given["amount"].fen(), per)


def _members(at: Cursor, own: Own, words: Words) -> tuple[Pick, ...]:
    return tuple(_pick(each, own, words) for each in at.items())


def _pick(at: Cursor, own: Own, words: Words) -> Pick:
    if isinstance(at.value, str):
        return _target(at, own)
    given = at.fields("cost_item", "issuers")
    vocabulary = words.vocabulary
    issuers: frozenset[str] = frozenset()
    for each in given["issuers"].items() if "issuers" in given else []:
        if each.text() not in vocabulary.bodies:
            raise each.wrong(f"unknown body '{each.value}'", "Use a body of bodies.yaml.")
        issuers |= vocabulary.bodies_below(each.text())
    return ByItem(code_of(given["cost_item"], vocabulary.trees[COST_ITEMS]), issuers)


def _target(at: Cursor, own: Own) -> Target:
    """`POLICY`, `POLICY#benefit`, or `#benefit` for one of the same file."""
    policy, _, benefit = at.text().partition("#")
    policy_id = Cursor(at.document, at.path, policy).policy_id() if policy else own.policy_id
    if policy_id == own.policy_id and benefit and benefit not in own.benefit_ids:
        raise at.wrong(f"no benefit '{benefit}' in this policy", "Name one of its benefits.")
    return Target(policy_id, benefit or None)


READERS: dict[str, Callable[[Cursor, Stated, Own, Words], Interaction]] = {
    "exclusive": _exclusive,
    "choose_one": _choose_one,
    "highest": _highest,
    "top_up": _top_up,
    "excluded_if_held": _excluded_if_held,
    "cap": _cap,
    "deduct_prior": _deduct_prior,
}
