"""What follows from an answer told in sentences: what would open a policy, what a fact may add."""

from collections.abc import Iterable, Iterator

from services.policy.rules.amount import Span
from services.policy.rules.facts import Absent
from services.policy.rules.knowing import FactWorth
from services.policy.rules.near.found import NearMiss, Needed
from services.policy.rules.package import Package
from services.policy.rules.sentences import Line, condition
from services.policy.rules.told_policy import money
from services.policy.rules.tree import Text
from services.policy.rules.wording import Wording, both, joined, sum_of


def tell_near_miss(found: NearMiss, words: Wording) -> Iterator[Line]:
    """The day from which time alone opens it, then what would open it today."""
    if found.from_day is not None:
        said, day = words.text("told", "open_from"), words.value("", found.from_day)
        yield Line(1, both(f"{said.zh}:{day.zh}", f"{said.en}: {day.en}"))
    if found.changes:
        yield Line(1, words.text("told", "open_if"))
    for needed in found.changes:
        yield Line(2, _needed(needed, words))


def tell_worths(worths: Iterable[FactWorth], words: Wording) -> Iterator[Line]:
    """Only of facts that may add something."""
    for worth in worths:
        if worth.with_others_fen:
            yield Line(1, _worth(worth, words))


def tell_beside(name: str, package: Package, words: Wording) -> Line:
    """The sum of the certain or the possible package beside the best one."""
    said, total = words.text("told", name), money(Span(package.least_fen, package.most_fen))
    return Line(0, both(f"{said.zh}:{total.zh}", f"{said.en}: {total.en}"))


def _needed(needed: Needed, words: Wording) -> Text:
    """The value that would do; of whole lists the condition says more than their entries."""
    clauses = dict.fromkeys(leaf.cite for leaf in needed.leaves)
    cites = joined((words.cite(each) for each in clauses), zh="", en="")
    asked = _asked(needed, words)
    return both(f"{asked.zh}{cites.zh}", f"{asked.en}{cites.en}")


def _asked(needed: Needed, words: Wording) -> Text:
    value = needed.value
    if isinstance(value, tuple) and not all(isinstance(each, str) for each in value):
        return joined(condition(leaf, words) for leaf in needed.leaves)
    label = words.fact(needed.fact)
    if isinstance(value, Absent):
        said = words.text("told", value.value)
    else:
        said = words.value(needed.fact, value)
    return both(f"{label.zh}:{said.zh}", f"{label.en}: {said.en}")


def _worth(worth: FactWorth, words: Wording) -> Text:
    label, said = words.fact(worth.name), words.text("told", "may_add")
    alone, most = sum_of(worth.alone_fen), sum_of(worth.with_others_fen)
    others = words.text("told", "with_others")
    return both(
        f"{label.zh}:{said.zh}{alone.zh},{others.zh}{most.zh}",
        f"{label.en}: {said.en} {alone.en}, {others.en} {most.en}",
    )
