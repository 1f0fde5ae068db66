"""Reading what a policy says about other benefits, its own and those of other bodies."""

from collections.abc import Callable

from services.policy.rules.amount import Money, Per
from services.policy.rules.interactions import (
    Alike,
    Cap,
    CapPer,
    ChooseOne,
    Couple,
    CoupleRule,
    DeductPrior,
    ExcludedIfHeld,
    Exclusive,
    FirstMoneyOnly,
    Highest,
    Interaction,
    Limit,
    Match,
    Once,
    OneLevel,
    Prefer,
    Preference,
    Promotion,
    PromotionRule,
    Reach,
    Requires,
    Slots,
    Stated,
    SumStated,
    Terminates,
    Tie,
    Together,
    TopUp,
)
from services.policy.rules.parse_picks import Own, read_members, read_pick, read_target
from services.policy.rules.parse_words import Words, money_fact, read_held
from services.policy.rules.reader import Choice, Cursor

EACH_YEAR = "year"
LIFETIME = "lifetime"
_COMMON = "in_force reach"


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
            given = at.fields(f"id cite {kind}", _COMMON)
            return read(given[kind], _stated(given, own), own, words)
    raise at.wrong("not an interaction", f"Give one of: {', '.join(READERS)}.")


def _stated(given: dict[str, Cursor], own: Own) -> Stated:
    days = given["in_force"].fields("", "from to") if "in_force" in given else {}
    first = days["from"].day().first if "from" in days else None
    last = days["to"].day().last if "to" in days else None
    if first is not None and last is not None and last < first:
        raise days["to"].wrong("it ends before it starts", "Check both dates.")
    return Stated(
        interaction_id=f"{own.policy_id}/{given['id'].slug()}",
        issuer=own.issuer,
        policy_id=own.policy_id,
        cite=given["cite"].cite(),
        first=first,
        last=last,
        reach=given["reach"].choice(Reach) if "reach" in given else Reach.ALL,
    )


def _exclusive(at: Cursor, stated: Stated, own: Own, words: Words) -> Interaction:
    given = at.fields("target excludes")
    target = read_pick(given["target"], own, words)
    others = read_members(given["excludes"], own, words)
    return Exclusive(stated=stated, target=target, excludes=others)


def _choose_one(at: Cursor, stated: Stated, own: Own, words: Words) -> Interaction:
    given = at.fields("members", "per")
    members = read_members(given["members"], own, words)
    if "per" in given and given["per"].value != EACH_YEAR:
        raise given["per"].wrong("not one of the choices", "Write `year`, or leave it out.")
    return ChooseOne(stated=stated, members=members, each_year="per" in given)


def _highest(at: Cursor, stated: Stated, own: Own, words: Words) -> Interaction:
    given = at.fields("members", "same")
    members = read_members(given["members"], own, words)
    alike = _choices(given["same"], Alike) if "same" in given else ()
    return Highest(stated=stated, members=members, alike=frozenset(alike))


def _slots(at: Cursor, stated: Stated, own: Own, words: Words) -> Interaction:
    given = at.fields("members most per")
    return Slots(
        stated=stated,
        members=read_members(given["members"], own, words),
        most=given["most"].whole(least=1),
        tie=given["per"].choice(Tie),
        bodies=_by_level(words, sorted({b.level for b in words.vocabulary.bodies.values()})),
    )


def _one_level(at: Cursor, stated: Stated, own: Own, words: Words) -> Interaction:
    given = at.fields("members levels")
    known = {body.level for body in words.vocabulary.bodies.values()}
    levels = given["levels"].items(least=2)
    for each in levels:
        if each.text() not in known:
            raise each.wrong(f"unknown level '{each.value}'", f"Use {', '.join(sorted(known))}.")
    return OneLevel(
        stated=stated,
        members=read_members(given["members"], own, words),
        bodies=_by_level(words, [each.text() for each in levels]),
    )


def _by_level(words: Words, levels: list[str]) -> tuple[frozenset[str], ...]:
    bodies = words.vocabulary.bodies.values()
    return tuple(frozenset(b.body_id for b in bodies if b.level == level) for level in levels)


def _top_up(at: Cursor, stated: Stated, own: Own, words: Words) -> Interaction:
    given = at.fields("target bases", "total_cap net_of alone")
    return TopUp(
        stated=stated,
        target=read_target(given["target"], own),
        bases=read_members(given["bases"], own, words),
        total_cap=_money(given["total_cap"]) if "total_cap" in given else None,
        net_of=read_members(given["net_of"], own, words) if "net_of" in given else (),
        alone=given["alone"].yes_no() if "alone" in given else False,
    )


def _match(at: Cursor, stated: Stated, own: Own, words: Words) -> Interaction:
    given = at.fields("target bases percent", "most")
    return Match(
        stated=stated,
        target=read_target(given["target"], own),
        bases=read_members(given["bases"], own, words),
        percent=given["percent"].whole(least=1),
        most_fen=given["most"].fen() if "most" in given else None,
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
    given = at.fields("members most", "per")
    return Cap(
        stated=stated,
        members=read_members(given["members"], own, words),
        most=_limit(given["most"], words),
        per=given["per"].choice(CapPer) if "per" in given else CapPer.PERSON,
    )


def _deduct_prior(at: Cursor, stated: Stated, own: Own, words: Words) -> Interaction:
    given = at.fields("target members")
    target, members = read_target(given["target"], own), read_members(given["members"], own, words)
    return DeductPrior(stated=stated, target=target, members=members)


def _terminates(at: Cursor, stated: Stated, own: Own, words: Words) -> Interaction:
    given = at.fields("target ends")
    target = read_pick(given["target"], own, words)
    return Terminates(stated=stated, target=target, ends=read_members(given["ends"], own, words))


def _requires(at: Cursor, stated: Stated, own: Own, words: Words) -> Interaction:
    given = at.fields("target needs")
    target = read_pick(given["target"], own, words)
    return Requires(stated=stated, target=target, needs=read_members(given["needs"], own, words))


def _once(at: Cursor, stated: Stated, own: Own, words: Words) -> Interaction:
    given = at.fields("members per")
    members, per = read_members(given["members"], own, words), given["per"]
    years = None if per.value == LIFETIME else per.fields("years")["years"].whole(least=1)
    return Once(stated=stated, members=members, years=years)


def _first_money_only(at: Cursor, stated: Stated, own: Own, words: Words) -> Interaction:
    given = at.fields("target earlier")
    target = read_pick(given["target"], own, words)
    earlier = read_members(given["earlier"], own, words)
    return FirstMoneyOnly(stated=stated, target=target, earlier=earlier)


def _couple(at: Cursor, stated: Stated, own: Own, words: Words) -> Interaction:
    given = at.fields("members rule", "second_percent most")
    rule = given["rule"].choice(CoupleRule)
    if ("second_percent" in given) != (rule is CoupleRule.SHARE):
        raise at.wrong("`second_percent` and the rule do not fit", "Only `share` has it, and must.")
    return Couple(
        stated=stated,
        members=read_members(given["members"], own, words),
        rule=rule,
        second_percent=given["second_percent"].whole() if "second_percent" in given else 100,
        most=_limit(given["most"], words) if "most" in given else None,
    )


def _promotion(at: Cursor, stated: Stated, own: Own, _words: Words) -> Interaction:
    given = at.fields("target rule")
    target = read_target(given["target"], own)
    return Promotion(stated=stated, target=target, rule=given["rule"].choice(PromotionRule))


def _prefer(at: Cursor, stated: Stated, own: Own, words: Words) -> Interaction:
    given = at.fields("members by")
    members = read_members(given["members"], own, words)
    return Prefer(stated=stated, members=members, by=_choices(given["by"], Preference))


def _together(at: Cursor, stated: Stated, own: Own, words: Words) -> Interaction:
    given = at.fields("target with")
    target = read_pick(given["target"], own, words)
    return Together(stated=stated, target=target, others=read_members(given["with"], own, words))


def _choices(at: Cursor, options: type[Choice]) -> tuple[Choice, ...]:
    return tuple(dict.fromkeys(each.choice(options) for each in at.items()))


def _limit(at: Cursor, words: Words) -> Limit:
    if not at.has("by"):
        return at.fen()
    given = at.fields("by percent")
    return SumStated(money_fact(given["by"], words), given["percent"].whole(least=1))


def _money(at: Cursor) -> Money:
    given = at.fields("amount per")
    per = given["per"].choice(Per)
    if per is Per.NOT_SEEN:
        raise given["per"].wrong("a total needs its rhythm", "Leave `total_cap` out if not seen.")
    return Money(given["amount"].fen(), per)


READERS: dict[str, Callable[[Cursor, Stated, Own, Words], Interaction]] = {
    "exclusive": _exclusive,
    "choose_one": _choose_one,
    "highest": _highest,
    "slots": _slots,
    "one_level": _one_level,
    "top_up": _top_up,
    "match": _match,
    "excluded_if_held": _excluded_if_held,
    "cap": _cap,
    "deduct_prior": _deduct_prior,
    "terminates": _terminates,
    "requires": _requires,
    "once": _once,
    "first_money_only": _first_money_only,
    "couple": _couple,
    "promotion": _promotion,
    "prefer": _prefer,
    "together": _together,
}
