"""A condition of a policy as a sentence, with the values that were read and the clause it is in."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from services.portal.sources import clause_of
from services.portal.words import UNKNOWN, Text, Words, joined, plain

Json: TypeAlias = Mapping[str, Any]
RecordedAt: TypeAlias = Mapping[tuple[str, str | None], str]
"""By fact and source: when the statement was recorded."""

TRUTHS = {"true": "met", "false": "not_met", "unknown": "unknown"}
OPPOSITE = {"met": "not_met", "not_met": "met"}

DATES: Mapping[str, tuple[str, str]] = {
    ">=": ("不早于", "on or after"),
    ">": ("晚于", "after"),
    "<=": ("不晚于", "on or before"),
    "<": ("早于", "before"),
}
FORBIDDEN: Text = {"zh": "不得：", "en": "Must not be so: "}
ENOUGH: Text = {"zh": "满足其一即可：", "en": "One of several is enough: "}
NOT_SHOWN: Text = {"zh": "来源未显示此条件", "en": "A condition that the source did not show"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a leaf stands in its proof: what is said before it, and whether it must not hold."""

    before: tuple[Text, ...] = ()
    negated: bool = False


def leaves_of(
    proof: Json | None, words: Words, *, recorded_at: RecordedAt, sources: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """Every condition of a proof in the order of the policy, for the page."""
    if proof is None:
        return []
    return [
        _leaf(leaf, place, words, recorded_at=recorded_at, sources=sources)
        for leaf, place in walk(proof, Place())
    ]


def walk(proof: Json, place: Place) -> Iterator[tuple[Json, Place]]:
    """Every leaf with its place."""
    if "leaf" in proof:
        yield proof, place
        return
    below = _below(proof, place)
    for child in proof["children"]:
        yield from walk(child, below)


def _below(branch: Json, place: Place) -> Place:
    match branch["join"]:
        case "not":
            return Place(before=(*place.before, FORBIDDEN), negated=not place.negated)
        case "any" if len(branch["children"]) > 1 and ENOUGH not in place.before:
            return Place(before=(*place.before, ENOUGH), negated=place.negated)
        case "track" if branch["title"]:
            title = branch["title"]
            named = {"zh": f"通道“{title['zh']}”：", "en": f"Track “{title['en']}”: "}
            return Place(before=(*place.before, named), negated=place.negated)
        case _:
            return place


def _leaf(
    leaf: Json, place: Place, words: Words, *, recorded_at: RecordedAt, sources: Sequence[str]
) -> dict[str, Any]:
    said = joined([*place.before, sentence(leaf, words)], zh="", en="")
    return {
        "truth": _truth(leaf, negated=place.negated),
        "text": said,
        "clause": clause_of(leaf["cite"], sources, words),
        "values": [
            _value(read, words, recorded_at) for read in leaf["read"] if read["state"] != "unknown"
        ],
    }


def _truth(leaf: Json, *, negated: bool) -> str:
    """Nobody's facts can settle what a person must check."""
    if leaf["leaf"] == "manual_check" and leaf["truth"] == "unknown":
        return "manual"
    truth = TRUTHS[leaf["truth"]]
    return OPPOSITE.get(truth, truth) if negated else truth


def _value(read: Json, words: Words, recorded_at: RecordedAt) -> dict[str, Any]:
    return {
        "label": words.label(read["fact"]),
        "value": words.value(read["fact"], read["value"]),
        "source": read["source"],
        "since": None,
        "recorded_at": recorded_at.get((read["fact"], read["source"])),
    }


def sentence(leaf: Json, words: Words) -> Text:
    """What the condition asks."""
    return SENTENCES[leaf["leaf"]](leaf["asks"], words)


def _compare(asks: Json, words: Words) -> Text:
    label, op, wanted = words.label(asks["fact"]), asks["op"], asks["value"]
    value = words.value(asks["fact"], wanted)
    if isinstance(wanted, bool):
        return {"zh": f"{label['zh']}：{value['zh']}", "en": f"{label['en']}: {value['en']}"}
    said = words.text("op", op)
    if isinstance(wanted, str) and op in DATES:
        said = dict(zip(("zh", "en"), DATES[op], strict=True))
        # "Returned on" and "on or after" share their word.
        label = {"zh": label["zh"], "en": label["en"].removesuffix(" on")}
    return {
        "zh": f"{label['zh']}{said['zh']}{value['zh']}{_on(asks, 'zh')}",
        "en": f"{label['en']} {said['en']} {value['en']}{_on(asks, 'en')}",
    }


def _member(asks: Json, words: Words) -> Text:
    label, wanted = words.label(asks["fact"]), asks["codes"]
    codes = joined((words.code(asks["fact"], code) for code in wanted), en=" or ")
    if asks["op"]:
        op = words.text("op", asks["op"])
        return {
            "zh": f"{label['zh']}{op['zh']}{codes['zh']}{_on(asks, 'zh')}",
            "en": f"{label['en']} {op['en']} {codes['en']}{_on(asks, 'en')}",
        }
    one_of = "之一" if len(wanted) > 1 else ""
    return {
        "zh": f"{label['zh']}：{codes['zh']}{one_of}{_on(asks, 'zh')}",
        "en": f"{label['en']}: {codes['en']}{_on(asks, 'en')}",
    }


def _elapsed(asks: Json, words: Words) -> Text:
    op, length = words.text("op", asks["op"]), _length(asks, words)
    until = _until(asks["at"], words)
    if asks["since"] == "birth_date":
        years = length["zh"].replace("年", "周岁")
        return {
            "zh": f"年龄{op['zh']}{years}{until['zh']}",
            "en": f"Age {op['en']} {asks['value']}{until['en']}",
        }
    since = words.label(asks["since"])
    return {
        "zh": f"自{since['zh']}起{op['zh']}{length['zh']}{until['zh']}",
        "en": f"Since “{since['en']}” {op['en']} {length['en']}{until['en']}",
    }


def _within(asks: Json, words: Words) -> Text:
    since, length, until = (
        words.label(asks["since"]),
        _length(asks, words),
        _until(asks["at"], words),
    )
    return {
        "zh": f"{since['zh']}后{length['zh']}之内{until['zh']}",
        "en": f"Within {length['en']} after “{since['en']}”{until['en']}",
    }


def _insured(asks: Json, words: Words) -> Text:
    label = words.label(asks["fact"])
    row = ("连续", "in a row ") if asks["in_a_row"] else ("", "")
    window, base = asks["window_months"], asks["base_percent"]
    zh = f"{label['zh']}：{row[0]}缴纳不少于{asks['months']}个月"
    en = f"{label['en']}: at least {asks['months']} months {row[1]}paid"
    if window is not None:
        zh, en = f"{zh}（近{window}个月内）", f"{en} within the last {window} months"
    if base is not None:
        zh, en = (
            f"{zh}，基数不低于社平工资{base}%",
            f"{en}, on a base of {base}% of the average wage",
        )
    return {"zh": zh, "en": en}


def _holds(asks: Json, words: Words) -> Text:
    label, tenure = words.label(asks["fact"]), words.text("tenure", asks["tenure"])
    codes = joined((words.code(asks["fact"], code) for code in asks["codes"]), en=" or ")
    return {
        "zh": f"{label['zh']}（{tenure['zh']}）：{codes['zh']}",
        "en": f"{label['en']} ({tenure['en']}): {codes['en']}",
    }


def _manual_check(asks: Json, _: Words) -> Text:
    text: Text = asks["text"]
    return text


def _not_seen(_: Json, __: Words) -> Text:
    return NOT_SHOWN


def _length(asks: Json, words: Words) -> Text:
    return words.length(asks["value"], asks["unit"])


def _until(at: object, words: Words) -> Text:
    """The day a length of time is measured to, unless it is the day asked about."""
    if at == "valid_at":
        return plain("")
    if isinstance(at, Mapping):
        label = words.label(at.get("fact", UNKNOWN["en"]))
        return {"zh": f"（至{label['zh']}）", "en": f", until “{label['en']}”"}
    said = words.text("at", at)
    return {"zh": f"（截至{said['zh']}）", "en": f", {said['en']}"}


def _on(asks: Json, language: str) -> str:
    if not asks.get("as_of"):
        return ""
    return f"（截至{asks['as_of']}）" if language == "zh" else f" (as of {asks['as_of']})"


def _linear(asks: Json, words: Words) -> Text:
    op, value = words.text("op", asks["op"]), _summed(asks, words)
    zh = "".join(_weighted(term, place, words, "zh") for place, term in enumerate(asks["terms"]))
    en = "".join(_weighted(term, place, words, "en") for place, term in enumerate(asks["terms"]))
    return {"zh": f"{zh}{op['zh']}{value['zh']}", "en": f"{en} {op['en']} {value['en']}"}


def _weighted(term: Json, place: int, words: Words, language: str) -> str:
    label, times = words.label(term["fact"])[language], term["times"]
    sign = "" if place == 0 and times > 0 else " − " if times < 0 else " + "
    weight = "" if abs(times) == 1 else f"{abs(times)} × "
    return f"{sign}{weight}{label}"


def _summed(asks: Json, words: Words) -> Text:
    if asks["measure"] != "days":
        return words.value(asks["terms"][0]["fact"], asks["value"])
    return words.length(asks["value"], "days")


def _count(asks: Json, words: Words) -> Text:
    label, op, number = words.label(asks["fact"]), words.text("op", asks["op"]), asks["value"]
    zh, en = f"{label['zh']}{op['zh']}{number}条", f"{label['en']}: {op['en']} {number}"
    if asks["where"] is None:
        return {"zh": zh, "en": en}
    where = _of_an_entry(asks["where"], words.of_entries(asks["fact"]))
    return {"zh": f"{zh}（{where['zh']}）", "en": f"{en} ({where['en']})"}


def _of_an_entry(asked: Json, words: Words) -> Text:
    if "leaf" in asked:
        return sentence(asked, words)
    parts = [_of_an_entry(child, words) for child in asked["children"]]
    match asked["join"]:
        case "not":
            return joined([FORBIDDEN, *parts], zh="", en="")
        case "any":
            return joined(parts, zh="或", en=" or ")
        case _:
            return joined(parts, zh="且", en=" and ")


SENTENCES: Mapping[str, Callable[[Json, Words], Text]] = {
    "compare": _compare,
    "linear": _linear,
    "count": _count,
    "member": _member,
    "elapsed": _elapsed,
    "within": _within,
    "insured": _insured,
    "holds": _holds,
    "manual_check": _manual_check,
    "not_seen": _not_seen,
}
