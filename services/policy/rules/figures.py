"""Every number, date and sum of the view, with the body, the document and the clause it is from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from typing import Any, TypeAlias

from services.policy.rules.amendments import Change
from services.policy.rules.changes import ChangeKind
from services.policy.rules.days import WrittenDay
from services.policy.rules.interactions import Stated
from services.policy.rules.policy import Policy
from services.policy.rules.tree import Cite, Clause, Compare, Linear, Measure, Unseen
from services.policy.rules.view import View, ViewEntry
from services.policy.rules.vocabulary import Vocabulary

Value: TypeAlias = int | str

# These count what is ours: editions of a file, lengths of a code; no source states them.
_OURS = frozenset({"version", "digest", "levels"})
_UNITS = {"fen": "fen", "percent": "percent", "months": "months", "years": "years"}
_NAMES = ("policy_id", "benefit_id", "name", "check_id", "fact", "since", "by")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """`policy_id`, `version` and `digest` name the file, `doc_no` the document it was made from."""

    of: str
    path: str
    value: Value
    unit: str | None
    issuer: str
    policy_id: str
    version: int
    doc_no: str
    digest: str
    cite: Cite


def figures_of(policy: Policy, words: Vocabulary) -> tuple[Figure, ...]:
    """What one file states, in its order."""
    blank = Figure(
        of=policy.policy_id,
        path="",
        value=0,
        unit=None,
        issuer=policy.issuer,
        policy_id=policy.policy_id,
        version=policy.version,
        doc_no="not_seen" if isinstance(policy.doc_no, Unseen) else policy.doc_no,
        digest=policy.digest,
        cite=Cite("(whole file)", None, Clause.NOT_SEEN),
    )
    parts = ((each.name, getattr(policy, each.name)) for each in fields(policy))
    return tuple(
        figure
        for name, part in parts
        if name not in _OURS
        for figure in _within(part, replace(blank, path=name, cite=_unseen(name)), words)
    )


def figures_in(view: View, words: Vocabulary) -> tuple[Figure, ...]:
    """What all files of a view state; what an act changed is from that act."""
    texts = {entry.policy.policy_id: entry.policy for entry in view.entries}
    return tuple(
        figure for entry in view.entries for figure in figures_of_entry(entry, texts, words)
    )


def figures_of_entry(
    entry: ViewEntry, texts: Mapping[str, Policy], words: Vocabulary
) -> tuple[Figure, ...]:
    stated = figures_of(entry.policy, words)
    moved = [_moved(figure, entry, texts) for figure in stated]
    return (*moved, *_of_changes(entry, texts, words))


def _of_changes(
    entry: ViewEntry, texts: Mapping[str, Policy], words: Vocabulary
) -> Iterator[Figure]:
    for place, change in enumerate(entry.changes):
        for name, value in (("first", change.first), ("last", change.last)):
            blank = _as_said(change, entry.policy, texts)
            yield from _within(value, replace(blank, path=f"changes.{place}.{name}"), words)


def _moved(figure: Figure, entry: ViewEntry, texts: Mapping[str, Policy]) -> Figure:
    """A bound that was moved stands in the act that moved it last."""
    kinds = _MOVED_BY.get(figure.path, frozenset())
    by = [each for each in entry.changes if each.kind in kinds]
    if not by:
        return figure
    said = _as_said(by[-1], entry.policy, texts)
    return replace(said, path=figure.path, value=figure.value)


_MOVED_BY = {
    "in_force.first": frozenset({ChangeKind.POSTPONE, ChangeKind.RETROACTIVE}),
    "in_force.last": frozenset({ChangeKind.PROLONG}),
}


def _as_said(change: Change, policy: Policy, texts: Mapping[str, Policy]) -> Figure:
    """A body's own word without a text is cited by its row in the record."""
    text = texts.get(change.by or "", policy)
    return Figure(
        of=policy.policy_id,
        path="",
        value=0,
        unit=None,
        issuer=change.issuer or policy.issuer,
        policy_id=text.policy_id,
        version=text.version,
        doc_no="not_seen" if isinstance(text.doc_no, Unseen) else text.doc_no,
        digest=text.digest,
        cite=change.cite or _unseen(change.row),
    )


def _within(part: Any, at: Figure, words: Vocabulary) -> Iterator[Figure]:
    """Figures however deep; each has the nearest citation around it."""
    match part:
        case bool() | str() | None | Cite() | Stated():
            return
        case int():
            yield replace(at, value=part, unit=_unit(at.path) or at.unit)
        case date():
            yield replace(at, value=part.isoformat(), unit="date")
        case WrittenDay():
            yield replace(at, value=part.text, unit="date")
        case tuple():
            for place, each in enumerate(part):
                path = f"{at.path}.{_name(each) or place}"
                yield from _within(each, replace(at, path=path), words)
        case _ if is_dataclass(part):
            yield from _within_parts(part, at, words)
        case _:
            return


def _within_parts(part: Any, at: Figure, words: Vocabulary) -> Iterator[Figure]:
    stated: Stated | None = getattr(part, "stated", None)
    cite = stated.cite if stated else getattr(part, "cite", None)
    own = replace(at, cite=cite or at.cite, unit=_stated_unit(part, words))
    for each in fields(part):
        if each.name not in _OURS:
            path = f"{at.path}.{each.name}"
            yield from _within(getattr(part, each.name), replace(own, path=path), words)


def _stated_unit(part: Any, words: Vocabulary) -> str | None:
    """A condition states its own unit, or its fact has one; a count of entries has none."""
    match part:
        case Linear(measure=Measure.DAYS):
            return "days"
        case Linear(terms=terms):
            return words.facts[terms[0].fact].unit
        case Compare(fact=fact):
            spec = words.facts.get(fact)
            return spec.unit if spec else None
        case _:
            unit = getattr(part, "unit", None)
            return str(unit) if unit else None


def _name(part: Any) -> str | None:
    stated: Stated | None = getattr(part, "stated", None)
    if stated is not None:
        return stated.interaction_id
    names = (getattr(part, name, None) for name in _NAMES)
    return next((name for name in names if isinstance(name, str)), None)


def _unit(path: str) -> str | None:
    last = path.rsplit(".", 1)[-1]
    return next((unit for word, unit in _UNITS.items() if last.endswith(word)), None)


def _unseen(where: str) -> Cite:
    return Cite(where, None, Clause.NOT_SEEN)
