"""An answer as lines for whoever reads it in a terminal, in one of both languages."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec

from services.policy.offline.asked import Language
from services.policy.offline.budget_lines import budget_lines
from services.policy.rules import default_vocabulary
from services.policy.rules.amount import Payee, Span
from services.policy.rules.blockers import Blocker
from services.policy.rules.doubts import Doubt
from services.policy.rules.package import Ended
from services.policy.rules.told_given import tell_given
from services.policy.rules.told_open import tell_blockers, tell_open
from services.policy.rules.tree import Text
from services.policy.rules.twins import Twin
from services.policy.rules.wording import Wording, sum_of

Json = Mapping[str, Any]
INDENT = "  "


def problem_lines(problems: Iterable[Json]) -> Iterator[str]:
    """Each with its place first, as editors expect it, and its remedy below."""
    for each in problems:
        place = f"{each['file']}:{each['line']}:{each['column']}"
        yield f"{place}: {each['path']}: {each['problem']}"
        yield f"{INDENT}→ {each['remedy']}"


def checked(answer: Json, _: Language) -> Iterator[str]:
    yield from problem_lines(answer["problems"])
    yield from problem_lines(answer["notes"])
    read, wrong, noted = (len(answer[name]) for name in ("policies", "problems", "notes"))
    yield f"{read} policies read, {wrong} problems, {noted} notes"


def explained(answer: Json, language: Language) -> Iterator[str]:
    for each in (*answer["policies"], *answer["people"]):
        for line in each["lines"]:
            yield f"{INDENT * line['depth']}{line[language]}"
        yield ""


def evaluated(answer: Json, language: Language) -> Iterator[str]:
    words = Wording(default_vocabulary())
    for each in answer["people"]:
        yield f"■ {each['talent_id']} ({each['valid_at']})"
        for result in each["results"]:
            state = _in(words.text("state", result["state"]), language)
            yield f"{INDENT}{result['policy_id']}: {state}"
        yield from _package(each, language)


def packaged(answer: Json, language: Language) -> Iterator[str]:
    for each in answer["people"]:
        yield f"■ {each['talent_id']} ({each['valid_at']})"
        yield from _package(each, language)
        yield from _schedule(each.get("schedule"), language)
    for each in answer["households"]:
        yield f"■ {each['household']}: {' + '.join(each['talent_ids'])} ({each['valid_at']})"
        yield from _package(each, language)


def confirmed(answer: Json, _: Language) -> Iterator[str]:
    for each in (*answer["people"], *answer["households"]):
        name = each.get("talent_id") or each["household"]
        yield f"{'✓' if each['holds'] else '✗'} {name} ({each['sets_tried']})"
        for dispute in each["disputes"]:
            yield f"{INDENT}{dispute['about'] or '*'}: {dispute['flaw']}: {dispute['found']}"
        if each["untried"]:
            yield f"{INDENT}? {', '.join(each['untried'])}"


def counted(answer: Json, language: Language) -> Iterator[str]:
    words = Wording(default_vocabulary())
    yield f"{answer['people']} ({answer['valid_at']})"
    for each in answer["policies"]:
        states = [
            f"{_in(words.text('state', state), language)} {number}"
            for state, number in each["states"].items()
        ]
        yield f"{each['policy_id']}: {', '.join(states)}"
    if "packages" in answer:
        yield from budget_lines(answer["packages"], language)


def _package(found: Json, language: Language) -> Iterator[str]:
    words, package = Wording(default_vocabulary()), found["package"]
    yield _summed("package", package, language)
    for each in package["included"]:
        yield f"{INDENT * 2}+ {each['offer']['key']}: {_in(_given(each, words), language)}"
    for each in package["left_out"]:
        yield f"{INDENT * 2}- {each['offer']['key']}{_against(each, language)}"
    for line in tell_open(msgspec.convert(package, _Leaving)):
        yield f"{INDENT * 2}! {_in(line.text, language)}"
    for name in ("certain_package", "possible_package"):
        # Of a household neither what is certain alone nor what facts are worth is answered.
        if found.get(name) is not None:
            yield _summed(name, found[name], language)
    for each in found.get("fact_worths", ()):
        if each["with_others_fen"]:
            more = _in(sum_of(each["with_others_fen"]), language)
            yield f"{INDENT * 2}? {_in(words.fact(each['fact']), language)}: {more}"


class _Leaving(msgspec.Struct, frozen=True):
    """What an answer says of a package beside its sum and its parts."""

    doubts: tuple[Doubt, ...]
    counted_once: tuple[str, ...]
    duplicates: tuple[Twin, ...]
    ends: tuple[Ended, ...]


def _against(left_out: Json, language: Language) -> str:
    blocked_by = msgspec.convert(left_out["blocked_by"], tuple[Blocker, ...])
    said = _in(tell_blockers(blocked_by), language)
    return f": {said}" if said else ""


def _given(included: Json, words: Wording) -> Text:
    offer, worth = included["offer"], included["offer"]["worth"]
    if offer["payee"] == Payee.PERSON:
        least = most = included["most_fen"]
    else:
        least, most = worth["least_fen"], worth["most_fen"]
    return tell_given(
        kind=worth["kind"],
        thing=worth["thing"],
        payee=offer["payee"],
        span=Span(least, most),
        words=words,
    )


def _summed(name: str, package: Json, language: Language) -> str:
    said = _in(Wording(default_vocabulary()).text("told", name), language)
    least, most = (_in(sum_of(package[each]), language) for each in ("least_fen", "most_fen"))
    return f"{INDENT}{said}: {most}" if least == most else f"{INDENT}{said}: {least} – {most}"


def _schedule(found: Json | None, language: Language) -> Iterator[str]:
    """A month with what the package pays in it, and what would be best in it by itself."""
    if found is None:
        return
    paid, best = (
        {each["month"]: each["fen"] for each in found[name]}
        for name in ("months", "best_each_month")
    )
    for month in sorted({*paid, *best}):
        sums = [_in(sum_of(each.get(month, 0)), language) for each in (paid, best)]
        yield f"{INDENT * 2}{month}: {sums[0]} | {sums[1]}"
    for each in found["undated"]:
        yield f"{INDENT * 2}{each['key']}: {_in(sum_of(each['fen']), language)}, {each['because']}"


def _in(text: Text, language: Language) -> str:
    return text.zh if language == "zh" else text.en


PRINTED: Mapping[str, Callable[[Json, Language], Iterable[str]]] = {
    "check": checked,
    "explain": explained,
    "evaluate": evaluated,
    "package": packaged,
    "confirm": confirmed,
    "bulk": counted,
}
