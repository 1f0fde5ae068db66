"""An answer as lines for whoever reads it in a terminal, in one of both languages."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from services.policy.offline.asked import Language
from services.policy.offline.budget_lines import budget_lines
from services.policy.rules import default_vocabulary
from services.policy.rules.tree import Text
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
    yield f"{len(answer['policies'])} policies read, {len(answer['problems'])} problems"


def explained(answer: Json, language: Language) -> Iterator[str]:
    for each in (*answer["policies"], *answer["people"]):
        for line in each["lines"]:
            yield f"{INDENT * line['depth']}{line[language]}"
        yield ""


def evaluated(answer: Json, language: Language) -> Iterator[str]:
    words = Wording(default_vocabulary())
    for each in answer["people"]:
        yield f"■ {each['talent_id']} ({each['valid_at']})"
        for outcome in each["outcomes"]:
            state = _in(words.text("state", outcome["state"]), language)
            yield f"{INDENT}{outcome['policy_id']}: {state}"
        yield from _package(each, language)


def packaged(answer: Json, language: Language) -> Iterator[str]:
    for each in answer["people"]:
        yield f"■ {each['talent_id']} ({each['valid_at']})"
        yield from _package(each, language)


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
    said = _in(words.text("told", "package"), language)
    least, most = (_in(sum_of(package[each]), language) for each in ("least_fen", "most_fen"))
    yield f"{INDENT}{said}: {most}" if least == most else f"{INDENT}{said}: {least} – {most}"
    for each in package["included"]:
        paid = _in(sum_of(each["most_fen"]), language)
        yield f"{INDENT * 2}+ {each['offer']['key']}: {paid}"
    for each in package["left_out"]:
        yield f"{INDENT * 2}- {each['offer']['key']}"


def _in(text: Text, language: Language) -> str:
    return text.zh if language == "zh" else text.en


PRINTED: Mapping[str, Callable[[Json, Language], Iterable[str]]] = {
    "check": checked,
    "explain": explained,
    "evaluate": evaluated,
    "package": packaged,
    "bulk": counted,
}
