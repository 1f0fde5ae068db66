"""What a policy says about other benefits, told in sentences: what may be had beside what."""

import re
from collections.abc import Iterable, Mapping
from typing import assert_never

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
from services.policy.rules.picks import Pick
from services.policy.rules.sentences import unpublished
from services.policy.rules.told_steps import part_of
from services.policy.rules.tree import Text
from services.policy.rules.wording import NOTHING, Wording, both, joined, sum_of

_BESIDE: Mapping[type, Text] = {
    Exclusive: Text("{one}与{any}不可同时享受", "{one} may not be had beside {any}"),
    Together: Text("{one}可与{all}同时享受", "{one} may be had beside {all}"),
    DeductPrior: Text("{one}扣除已领取的{all}", "{one} less what was received of {all}"),
    Requires: Text("{one}须与{any}同时享受", "{one} only together with {any}"),
    Terminates: Text("享受{one}即终止{all}", "whoever takes {one} loses {all}"),
    FirstMoneyOnly: Text("领取过{any}者不可享受{one}", "{one} not for whoever received {any}"),
}
_ALIKE = {
    Alike.COST_ITEM: Text("同一事项", "the same cost item"),
    Alike.SUBJECT: Text("同一对象", "the same subject"),
    Alike.PERIOD: Text("同一期间", "the same period"),
    Alike.CONTRACT: Text("同一合同", "the same contract"),
}
_TIES = {
    Tie.ALL: NOTHING,
    Tie.LEVEL: Text("每一级", " of each level"),
    Tie.ISSUER: Text("每一部门", " of each body"),
}
_CAPS = {
    CapPer.PERSON: NOTHING,
    CapPer.HOUSEHOLD: Text("每户", " for the household"),
    CapPer.CONTRACT: Text("每份合同", " for each contract"),
    CapPer.YEAR: Text("每年", " in a calendar year"),
    CapPer.LIFETIME: Text("终身", " in a lifetime"),
}
_COUPLES = {
    CoupleRule.ADD_UP: Text("双方可各自享受", "both may have"),
    CoupleRule.ONE_ONLY: Text("只有一方可享受", "only one of them may have"),
    CoupleRule.HIGHER: Text("只享受较高的一份:", "only the higher is given of"),
    CoupleRule.SHARE: Text("双方可享受", "both may have"),
}
_PROMOTIONS = {
    PromotionRule.DIFFERENCE: Text("补发与已发部分的差额", "the difference is paid"),
    PromotionRule.FROM_THEN: Text("此后按新的档次发放", "the rest is paid by the new class"),
    PromotionRule.FROZEN: Text("仍按首次发放时的档次", "the class of the first payment stays"),
}
_PREFERENCES = {
    Preference.NEWEST: Text("从新", "the newest"),
    Preference.BEST: Text("从优", "the best"),
    Preference.HIGHEST: Text("从高", "the highest"),
}
_RHYTHMS: Mapping[Per, Text] = {
    Per.MONTH: Text("每月", " a month"),
    Per.YEAR: Text("每年", " a year"),
}
_REACHES = {
    Reach.ALL: NOTHING,
    Reach.OWN: Text("(仅限本部门的待遇)", " (among the body's own benefits)"),
    Reach.NOT_SEEN: Text(
        "(是否约束其他部门的待遇未见)", " (whether it binds benefits of other bodies was not seen)"
    ),
}


def tell_interaction(interaction: Interaction, words: Wording) -> Text:
    """Its kind, what it says, how far and how long it binds, and where it stands."""
    kind = re.sub(r"(?<!^)(?=[A-Z])", "_", type(interaction).__name__).lower()
    named, stated = words.text("interaction", kind), interaction.stated
    said, reach, days = _said(interaction, words), _REACHES[stated.reach], _days(stated)
    cite = words.cite(stated.cite)
    return both(
        f"{named.zh}:{said.zh}{reach.zh}{days.zh}{cite.zh}",
        f"{named.en}: {said.en}{reach.en}{days.en}{cite.en}",
    )


def _said(interaction: Interaction, words: Wording) -> Text:
    match interaction:
        case Exclusive(target=target, excludes=others):
            return _beside(target, others, _BESIDE[Exclusive], words)
        case Together(target=target, others=others):
            return _beside(target, others, _BESIDE[Together], words)
        case DeductPrior(target=target, members=others):
            return _beside(target, others, _BESIDE[DeductPrior], words)
        case Requires(target=target, needs=others):
            return _beside(target, others, _BESIDE[Requires], words)
        case Terminates(target=target, ends=others):
            return _beside(target, others, _BESIDE[Terminates], words)
        case FirstMoneyOnly(target=target, earlier=others):
            return _beside(target, others, _BESIDE[FirstMoneyOnly], words)
        case TopUp():
            return _top_up(interaction, words)
        case Match():
            return _match(interaction, words)
        case Promotion(target=target, rule=rule):
            award, then = words.pick(target), _PROMOTIONS[rule]
            return both(f"{award.zh}:{then.zh}", f"{award.en}: {then.en}")
        case ExcludedIfHeld():
            return _held(interaction, words)
        case _:
            return _of_members(interaction, words)


def _of_members(
    interaction: ChooseOne | Highest | Slots | OneLevel | Cap | Once | Couple | Prefer,
    words: Wording,
) -> Text:
    """What is said of several alike, none of which stands before the others."""
    among = _picks(interaction.members, words)
    match interaction:
        case ChooseOne(each_year=yearly):
            year = both("每年", " in a calendar year") if yearly else NOTHING
            return both(f"{among.zh}{year.zh}只可择一", f"only one of {among.en}{year.en}")
        case Highest(alike=alike):
            return _highest(among, alike)
        case Slots(most=most, tie=tie):
            of = _TIES[tie]
            return both(f"{among.zh}{of.zh}最多{most}项", f"at most {most} of {among.en}{of.en}")
        case OneLevel():
            levels = _levels(interaction, words)
            return both(
                f"{among.zh}只可享受一级({levels.zh})",
                f"{among.en} of one level only ({levels.en})",
            )
        case Cap(most=most, per=per):
            whose, limit = _CAPS[per], _limit(most, words)
            return both(
                f"{among.zh}{whose.zh}合计不超过{limit.zh}",
                f"{among.en} together at most {limit.en}{whose.en}",
            )
        case Once(years=None):
            return both(f"{among.zh}终身限享受一次", f"{among.en} once in a lifetime")
        case Once(years=years):
            return both(f"{among.zh}每{years}年限享受一次", f"{among.en} once in {years} years")
        case Couple():
            return _couple(interaction, among, words)
        case Prefer(by=by):
            order = joined((_PREFERENCES[each] for each in by), en=", then ")
            return both(f"{among.zh}择一:{order.zh}", f"one of {among.en} is given: {order.en}")
        case _:
            assert_never(interaction)


def _beside(target: Pick, others: tuple[Pick, ...], said: Text, words: Wording) -> Text:
    one, each, any_of = words.pick(target), _picks(others, words), _picks(others, words, " or ")
    return both(
        said.zh.format(one=one.zh, all=each.zh, any=any_of.zh),
        said.en.format(one=one.en, all=each.en, any=any_of.en),
    )


def _picks(members: Iterable[Pick], words: Wording, between: str = ", ") -> Text:
    return joined((words.pick(each) for each in members), en=between)


def _highest(among: Text, alike: frozenset[Alike]) -> Text:
    same = joined((_ALIKE[each] for each in Alike if each in alike), en=" and ")
    where = both(f"({same.zh})", f" for {same.en}") if alike else NOTHING
    return both(
        f"{among.zh}就高享受,不重复{where.zh}",
        f"of {among.en} the higher is given, not both{where.en}",
    )


def _levels(interaction: OneLevel, words: Wording) -> Text:
    bodies = words.vocabulary.bodies
    levels = [bodies[min(each)].level for each in interaction.bodies if each]
    return joined((words.text("level", each) for each in levels), en=" or ")


def _top_up(interaction: TopUp, words: Wording) -> Text:
    one, bases = words.pick(interaction.target), _picks(interaction.bases, words, " or ")
    total = _total(interaction.total_cap)
    beside = _picks(interaction.net_of, words)
    counting = both(f",{beside.zh}计入在内", f", counting {beside.en}") if beside.zh else NOTHING
    alone = both(",无基础待遇也可享受", "; it may stand alone") if interaction.alone else NOTHING
    return both(
        f"{one.zh}补足{bases.zh}{total.zh}{counting.zh}{alone.zh}",
        f"{one.en} is added to {bases.en}{total.en}{counting.en}{alone.en}",
    )


def _total(cap: Money | None) -> Text:
    if cap is None:
        return NOTHING
    most, rhythm = sum_of(cap.fen), _RHYTHMS.get(cap.per, NOTHING)
    return both(f"至合计{rhythm.zh}{most.zh}", f" up to {most.en}{rhythm.en} in all")


def _match(interaction: Match, words: Wording) -> Text:
    one, bases = words.pick(interaction.target), _picks(interaction.bases, words, " or ")
    most = NOTHING
    if interaction.most_fen is not None:
        limit = sum_of(interaction.most_fen)
        most = both(f",最高{limit.zh}", f", at most {limit.en}")
    share = part_of(interaction.percent, bases)
    return both(f"{one.zh}按{share.zh}配套{most.zh}", f"{one.en} pays {share.en}{most.en}")


def _held(interaction: ExcludedIfHeld, words: Wording) -> Text:
    tenure = words.text("tenure", interaction.tenure)
    codes = words.codes(interaction.fact, interaction.codes)
    open_ones = unpublished(interaction.unpublished)
    return both(f"{codes.zh}({tenure.zh}){open_ones.zh}", f"{codes.en} ({tenure.en}){open_ones.en}")


def _couple(interaction: Couple, among: Text, words: Wording) -> Text:
    may, second, most = _COUPLES[interaction.rule], NOTHING, NOTHING
    if interaction.rule is CoupleRule.SHARE:
        share = interaction.second_percent
        second = both(f",较低的一份按{share}%发放", f", the lower at {share}%")
    if interaction.most is not None:
        limit = _limit(interaction.most, words)
        most = both(f",双方合计不超过{limit.zh}", f", together at most {limit.en}")
    return both(
        f"{may.zh}{among.zh}{second.zh}{most.zh}", f"{may.en} {among.en}{second.en}{most.en}"
    )


def _limit(limit: Limit, words: Wording) -> Text:
    if isinstance(limit, SumStated):
        return part_of(limit.percent, words.fact(limit.fact))
    return sum_of(limit)


def _days(stated: Stated) -> Text:
    if stated.first is None and stated.last is None:
        return NOTHING
    first = "" if stated.first is None else stated.first.isoformat()
    last = "" if stated.last is None else stated.last.isoformat()
    zh = [f"自{first}起" if first else "", f"至{last}止" if last else ""]
    en = [f" from {first}" if first else "", f" until {last}" if last else ""]
    return both(f"({''.join(zh)})", f" (binding{''.join(en)})")
