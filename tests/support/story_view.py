"""The table of what the story's people must be shown, and page and interface read against it.

Nothing here uses the portal's code: a page is read as a browser gets it, an answer as another
program reads it, and the table (`tests/integration/story_view.yaml`) is written out.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from events.sourcing.yaml_files import read_yaml_file
from tests.support.markup import Element, read_page
from tests.support.story_follows import followed, of_person, to_follow

Json: TypeAlias = Mapping[str, Any]
Lines: TypeAlias = list[str]

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "tests/integration/story_view.yaml"
SIGNS = "✓✗?◐△★※–!"
UNSEEN = re.compile(r"Clause not seen; from what its .+ of .+ \(extract (?P<place>[\w.]+)\)")
STATES = {
    "eligible_and_chosen": "Eligible and chosen",
    "duplicate": "The same as another policy",
    "eligible": "Eligible",
    "eligible_subject_to_manual_check": "Eligible if a person confirms it",
    "undetermined": "Unknown: facts are missing",
    "not_eligible": "Not eligible",
    "criteria_not_seen": "Criteria not seen",
    "not_in_force": "Not in force",
    "pending": "Not yet in force",
    "window_closed": "Applications are closed",
    "quota_full": "None left",
    "already_enjoyed": "You have it already",
    "eligible_not_chosen": "Eligible, not chosen",
    "blocked_by_contradiction": "Two bodies contradict each other",
}


def read_table() -> Json:
    """The table; its columns are the people in the order of `people`."""
    table: Json = read_yaml_file(TABLE)
    return table


def to_be_shown(table: Json, person: str) -> Lines:
    """Every line that the page of all policies must carry for somebody."""
    column = table["people"].index(person)
    return [line for name, row in table["policies"].items() for line in _row(name, row, column)]


def _row(name: str, row: Json, column: int) -> Iterator[str]:
    yield f"{name}: {row['states'][column]}"
    yield from (f"{name}: {said}" for said in row["marks"][column])
    yield from (f"{name}: {said}" for said in row["lines"][column])
    for part in ("worths", "near"):
        yield from (f"{name}: {said}" for said in of_person(row, part, column))
    for place, asked in enumerate(row.get("conditions", ())):
        read = "; ".join(asked["read"][column]) if "read" in asked else ""
        yield (
            f"{name} {place}: {asked['signs'][column]} {asked['asks']} | {asked['clause']} | {read}"
        )


def shown(html: str) -> Lines:
    """The lines that the page does carry."""
    cards = {str(each.attributes["id"]): each for each in read_page(html).every("article")}
    return [line for name in sorted(cards) for line in _card(name, cards[name])]


def _card(name: str, card: Element) -> Iterator[str]:
    tags = card.first("ul", "cc-tags")
    marks = [_without_sign(tag.text) for tag in tags.own("li")] if tags else []
    yield from (f"{name}: {said}" for said in marks)
    yield from (f"{name}: {line.text}" for line in card.every("p", "cc-policy__value"))
    for css in ("cc-worth", "cc-near"):
        yield from (f"{name}: {_plain_clause(line.text)}" for line in card.every("li", css))
    for place, leaf in enumerate(card.every("li", "cc-leaf")):
        yield f"{name} {place}: {_condition(leaf)}"


def _condition(leaf: Element) -> str:
    sign, said = leaf.first("span", "cc-leaf__mark"), leaf.first("span", "cc-leaf__said")
    *values, clause = [line.text for line in leaf.every("p", "cc-quiet")]
    # When a statement was recorded depends on how long the registry took.
    read = [re.sub(r", recorded .*\)$", ")", value) for value in values]
    place = _place(clause.removeprefix("Clause: "))
    return f"{sign and sign.text} {said and said.text} | {place} | {'; '.join(read)}"


def _place(clause: str) -> str:
    unseen = UNSEEN.fullmatch(clause)
    return f"not seen, {unseen['place']}" if unseen else clause


def _plain_clause(line: str) -> str:
    """What would have to change, and after a bar each clause it is in."""
    said, *clauses = line.split("Clause: ")
    return " | ".join([said, *map(_place, clauses)])


def to_be_answered(table: Json, person: str) -> Lines:
    """What the interface must answer: of each condition sign, clause and how much was read."""
    column = table["people"].index(person)
    return [
        line for name, row in table["policies"].items() for line in _answer_row(name, row, column)
    ]


def _answer_row(name: str, row: Json, column: int) -> Iterator[str]:
    yield f"{name}: {row['states'][column]}"
    yield from (f"{name}: {said}" for said in row["lines"][column] if said.startswith("Missing: "))
    yield from to_follow(name, row, column)
    for place, asked in enumerate(row.get("conditions", ())):
        read = len(asked["read"][column]) if "read" in asked else 0
        yield f"{name} {place}: {asked['signs'][column]} | {asked['clause']} | {read}"


def answered(answer: Json, outlook: Json) -> Lines:
    """What the interface does answer, put the same way."""
    labels = _labels()
    states = {each["policy_id"]: each["state"] for each in outlook["results"]}
    outcomes = sorted(answer["outcomes"], key=lambda each: str(each["policy_id"]))
    return [
        line
        for outcome in outcomes
        for line in (
            *_outcome(outcome, states[outcome["policy_id"]], labels),
            *followed(outcome, outlook, labels),
        )
    ]


def _outcome(outcome: Json, state: str, labels: Mapping[str, str]) -> Iterator[str]:
    name = outcome["policy_id"]
    yield f"{name}: {STATES[state]}"
    if outcome["missing"]:
        yield f"{name}: Missing: {', '.join(labels[fact] for fact in outcome['missing'])}"
    for place, leaf in enumerate(_leaves(outcome["proof"], denied=False)):
        yield f"{name} {place}: {leaf}"


def _leaves(proof: Json | None, *, denied: bool) -> Iterator[str]:
    """Under an odd number of `not`s a condition that holds speaks against the policy."""
    if proof is None:
        return
    if "leaf" in proof:
        cite = proof["cite"]
        clause = cite["where"] if cite["clause"] == "seen" else f"not seen, {cite['where']}"
        read = sum(each["state"] != "unknown" for each in proof["read"])
        yield f"{_sign(proof, denied=denied)} | {clause} | {read}"
        return
    for child in proof["children"]:
        yield from _leaves(child, denied=denied != (proof["join"] == "not"))


def _sign(leaf: Json, *, denied: bool) -> str:
    if leaf["truth"] == "unknown":
        return "◐" if leaf["leaf"] == "manual_check" else "?"
    return "✓" if (leaf["truth"] == "true") != denied else "✗"


def package_to_be_shown(table: Json, person: str) -> Lines:
    """The sum, what is chosen, in doubt, left out, and what stands beside it, as my view says."""
    package = table["packages"][person]
    doubts = [said for _, said in package["doubts"].values()]
    beside = [f"{title}: {said}" for title, said in package["beside"].items()]
    listed = [*package["chosen"], *doubts, *package["left_out"].values()]
    return [package["sum"], *listed, *beside]


def package_shown(html: str) -> Lines:
    """The same lines as my view says them, and the sums of what stands beside it."""
    found = (
        each
        for each in read_page(html).every("section")
        if each.attributes.get("aria-labelledby") == "package"
    )
    section = next(found)
    total = section.first("p", "cc-sum")
    lists = section.every("ul", "cc-list")
    lines = [_without_sign(item.text) for each in lists for item in each.own("li")]
    beside = [_beside(each) for each in section.every("div", "cc-beside")]
    return [total.text if total else "", *lines, *beside]


def _beside(package: Element) -> str:
    title, total = package.first("h3"), package.first("span", "cc-figure")
    count = len(list(package.every("li")))
    return f"{title and title.text}: {total and total.text}, {count} policies"


def package_to_be_answered(table: Json, person: str) -> Json:
    """Sums in yuan: the whole, of every part, and what is left out."""
    package = table["packages"][person]
    return {name: package[name] for name in ("least", "most", "included", "counted_once")} | {
        "doubts": {name: gain for name, (gain, _) in package["doubts"].items()},
        "left_out": sorted(package["left_out"]),
        "beside": package["beside"],
    }


def package_answered(answer: Json, outlook: Json) -> Json:
    """The same figures as the interface answers them."""
    package = answer["package"]
    beside = {"Certain already": outlook["certain_package"], "Possible": answer["possible_package"]}
    return {
        "least": package["least_fen"] / 100,
        "most": package["most_fen"] / 100,
        "included": {
            each["offer"]["key"]: [each["least_fen"] / 100, each["most_fen"] / 100]
            for each in package["included"]
        },
        "counted_once": package["counted_once"],
        "doubts": {
            " against ".join(each["interactions"]): each["gain_fen"] / 100
            for each in package["doubts"]
        },
        "left_out": sorted(each["offer"]["key"] for each in package["left_out"]),
        "beside": {title: _sums(other) for title, other in beside.items() if other},
    }


def _sums(package: Json) -> str:
    least, most = (f"¥{package[name] // 100:,}" for name in ("least_fen", "most_fen"))
    said = least if least == most else f"{least} – {most}"
    return f"{said}, {len(package['applications'])} policies"


def unlike(expected: Lines, found: Lines) -> Lines:
    """The lines that only one of the two has, each with what is wrong about it."""
    wanted, had = Counter(expected), Counter(found)
    return sorted(
        [f"is missing: {line}" for line in (wanted - had).elements()]
        + [f"is too much: {line}" for line in (had - wanted).elements()]
    )


def _without_sign(text: str) -> str:
    """Without the signs that only repeat the words beside them."""
    return re.sub(rf"[{SIGNS}](?=[A-Z])", "", text)


def _labels() -> Mapping[str, str]:
    facts = read_yaml_file(ROOT / "data/vocabulary/facts.yaml")
    return {fact["name"]: fact["en"][:1].upper() + fact["en"][1:] for fact in facts["facts"]}
