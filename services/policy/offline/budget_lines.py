"""The budget of a registry as lines for whoever reads it in a terminal."""

from collections.abc import Iterator, Mapping
from typing import Any

from services.policy.offline.asked import Language
from services.policy.rules import default_vocabulary
from services.policy.rules.tree import Text
from services.policy.rules.wording import Wording, both, sum_of

Json = Mapping[str, Any]
READINGS = {
    "package": both("最优合法组合合计", "best lawful packages together"),
    "possible_package": both("若所缺信息均有利", "if all that is missing turns out well"),
}
ELIGIBLE, CHOSEN = both("符合", "eligible"), both("选用", "chosen")
LEFT, OPEN = both("未选用", "not chosen"), both("待定", "undetermined")
BODY, PAYER = both("按部门", "by body"), both("按出资方", "by payer")
YEAR, BESIDE = both("按年度", "by year"), both("不计入金额", "beside the sum")
OTHERS = both("付给他方", "for others")


def budget_lines(packages: Json, language: Language) -> Iterator[str]:
    yield from (_policy(each, language) for each in packages["policies"] if each["eligible"])
    words = Wording(default_vocabulary())
    for name, title in READINGS.items():
        found = packages[name]
        yield f"■ {_in(title, language)}: {_span(found, language)}"
        for each in found["by_body"]:
            body = _in(words.body(each["body_id"]), language)
            yield f"  {_in(BODY, language)} {body}: {_span(each, language)}"
        for part, key, group in ((PAYER, "payer", "by_payer"), (YEAR, "year", "by_year")):
            for each in found[group]:
                yield f"  {_in(part, language)} {each[key]}: {_fen(each['most_fen'], language)}"
        yield from (_beside(each, language) for each in found["beside"])


def _policy(each: Json, language: Language) -> str:
    found = each["package"]
    counts = (
        (ELIGIBLE, each["eligible"]),
        (CHOSEN, found["chosen"]),
        (LEFT, found["not_chosen"]),
        (OPEN, each["undetermined"]),
    )
    said = ", ".join(f"{_in(title, language)} {number}" for title, number in counts)
    return f"{each['policy_id']}: {said}; {_span(found, language)}"


def _beside(each: Json, language: Language) -> str:
    key = f"{each['policy_id']}#{each['benefit_id']}"
    line = f"  {_in(BESIDE, language)} {key}: {each['people']}"
    if not each["for_others_fen"]:
        return line
    return f"{line}, {_in(OTHERS, language)} {_fen(each['for_others_fen'], language)}"


def _span(found: Json, language: Language) -> str:
    least, most = (_fen(found[name], language) for name in ("least_fen", "most_fen"))
    return most if least == most else f"{least} – {most}"


def _fen(fen: int, language: Language) -> str:
    return _in(sum_of(fen), language)


def _in(text: Text, language: Language) -> str:
    return text.zh if language == "zh" else text.en
