"""How a sum is reckoned, told in sentences: the rate, and each step of its pipeline."""

from typing import assert_never

from services.policy.rules.amount import (
    CapByFact,
    CapLifetime,
    CapSpent,
    CapTotal,
    Deduct,
    PartOf,
    Rate,
    SpentOn,
    StatedSum,
    Step,
)
from services.policy.rules.tree import Text
from services.policy.rules.wording import Wording, both, joined, sum_of


def tell_rate(rate: Rate, words: Wording) -> Text:
    match rate.of:
        case StatedSum(fact=fact):
            return part_of(rate.percent, words.fact(fact))
        case SpentOn(cost_item=cost_item):
            return part_of(rate.percent, _spent(cost_item, words))
        case _:
            assert_never(rate.of)


def part_of(percent: int, whole: Text) -> Text:
    return both(f"{whole.zh}的{percent}%", f"{percent}% of {whole.en}")


def tell_step(step: Step, words: Wording) -> Text:
    match step:
        case CapByFact(fact=fact, percent=percent):
            most = part_of(percent, words.fact(fact))
            return both(f"每次不超过{most.zh}", f"each at most {most.en}")
        case CapSpent(cost_item=cost_item, percent=percent):
            most = part_of(percent, _spent(cost_item, words))
            return both(f"不超过{most.zh}", f"at most {most.en}")
        case CapTotal(fen=fen):
            most = sum_of(fen)
            return both(f"合计不超过{most.zh}", f"at most {most.en} in all")
        case CapLifetime(fen=fen):
            most = sum_of(fen)
            return both(f"终身累计不超过{most.zh}", f"at most {most.en} in a lifetime")
        case PartOf(percent=percent):
            return both(f"按{percent}%发放", f"{percent}% of that is paid")
        case Deduct(members=members):
            named = joined([words.pick(each) for each in members])
            return both(f"扣除已领取的{named.zh}", f"less what was received for {named.en}")
        case _:
            assert_never(step)


def _spent(cost_item: str, words: Wording) -> Text:
    item = words.code("cost_items", cost_item)
    return both(f"用于“{item.zh}”的支出", f"what was spent on “{item.en}”")
