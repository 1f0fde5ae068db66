"""What follows from an answer, by the table and by the interface: days, changes, sums, costs."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, TypeAlias

Json: TypeAlias = Mapping[str, Any]

COSTS = re.compile(r"Taking it instead would cost you ¥(?P<sum>[\d,]+)\.")
FROM = re.compile(r"Eligible from (?P<day>\d+ \w+ \d{4}),")
WORTH = re.compile(r"Tell us “(?P<label>.+)”: ")
SUM = re.compile(r"¥([\d,]+)")


def to_follow(name: str, row: Json, column: int) -> Iterator[str]:
    """What the interface must answer by what the page must say."""
    for said in row["lines"][column]:
        if found := COSTS.search(said):
            yield f"{name} costs {found['sum']}"
        if found := FROM.match(said):
            yield f"{name} from {datetime.strptime(found['day'], '%d %B %Y').date()}"  # noqa: DTZ007 - a day
    for said in of_person(row, "worths", column):
        label = WORTH.match(said)
        yield f"{name} worth {label and label['label']}: {', '.join(SUM.findall(said))}"
    for said in of_person(row, "near", column):
        change, *clauses = said.split(" | ")
        yield f"{name} near {change.partition(': ')[0]} | {' | '.join(clauses)}"


def of_person(row: Json, part: str, column: int) -> list[str]:
    """Rows that say nothing of the kind of anybody leave the part out."""
    found: list[str] = row[part][column] if part in row else []
    return found


def followed(outcome: Json, outlook: Json, labels: Mapping[str, str]) -> Iterator[str]:
    """The same as the interface answers it."""
    name = outcome["policy_id"]
    costs = {each["policy_id"]: each["costs_fen"] for each in outlook["results"]}
    if costs[name]:
        yield f"{name} costs {_yuan(costs[name])}"
    worths = {each["fact"]: each for each in outlook["fact_worths"]}
    for fact in outcome["missing"]:
        alone, most = worths[fact]["alone_fen"], worths[fact]["with_others_fen"]
        sums = dict.fromkeys(_yuan(each) for each in (alone, most) if each)
        if most:
            yield f"{name} worth {labels[fact]}: {', '.join(sums)}"
    for missed in outlook["near_misses"]:
        if missed["policy_id"] == name:
            yield from _missed(missed, labels)


def _missed(missed: Json, labels: Mapping[str, str]) -> Iterator[str]:
    name = missed["policy_id"]
    if missed["from_day"]:
        yield f"{name} from {missed['from_day']}"
    for change in missed["changes"]:
        cites = [each["cite"] for each in change["conditions"]]
        places = dict.fromkeys(
            cite["where"] if cite["clause"] == "seen" else f"not seen, {cite['where']}"
            for cite in cites
        )
        yield f"{name} near {labels[change['fact']]} | {' | '.join(places)}"


def _yuan(fen: int) -> str:
    return f"{fen // 100:,}"
