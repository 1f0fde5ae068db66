"""One file of rulings: what a body said on a day of statements that contradict each other."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from services.policy.rules import FormatError, Ruled, RulingWithdrawn, Vocabulary
from services.policy.rules.days import LEGAL_ZONE
from services.policy.rules.reader import Cursor, Document
from services.policy.rules.rulings import Prevails, policy_of

FORMAT = 1
MOST_OF_A_CITE = 300
_STATEMENT = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*/[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A statement by its id, in the version whose words were judged; `at` is where it is named."""

    name: str
    version: int
    at: Cursor

    @property
    def policy_id(self) -> str:
        return policy_of(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One ruling of `by`, given on a day; where neither prevails an earlier one is withdrawn."""

    by: str
    given: date
    forbids: Statement
    allows: Statement
    prevails: Prevails | None
    effective_on: date
    clause: str
    row_id: str
    at: Cursor

    @property
    def dispute(self) -> tuple[str, int, str, int]:
        ours, theirs = self.forbids, self.allows
        return ours.name, ours.version, theirs.name, theirs.version

    def row(self) -> Ruled | RulingWithdrawn:
        """In the place of what its body would have recorded at the beginning of that day."""
        recorded_at = datetime.combine(self.given, time.min, LEGAL_ZONE)
        if self.prevails is None:
            return RulingWithdrawn(
                row_id=self.row_id,
                forbids=self.forbids.name,
                allows=self.allows.name,
                effective_on=self.effective_on,
                recorded_at=recorded_at,
            )
        return Ruled(
            row_id=self.row_id,
            forbids=self.forbids.name,
            forbids_edition=self.forbids.version,
            allows=self.allows.name,
            allows_edition=self.allows.version,
            prevails=self.prevails,
            by=self.by,
            clause=self.clause,
            effective_on=self.effective_on,
            recorded_at=recorded_at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RulingFile:
    """`entries` in the order they stand in."""

    ruling_id: str
    by: str
    given: date
    entries: tuple[Entry, ...]
    at: Cursor


def read_rulings(document: Document, vocabulary: Vocabulary) -> RulingFile:
    """Raises FormatError at the first thing that is not understood."""
    at = Cursor(document, (), document.root)
    given = at.fields("format id by given", "rulings withdrawn")
    if given["format"].whole() != FORMAT:
        raise given["format"].wrong("another format", f"Write `format: {FORMAT}`.")
    if not {"rulings", "withdrawn"} & given.keys():
        raise at.wrong("nothing is ruled", "Add `rulings:`, or `withdrawn:`.")
    by, day = _body(given["by"], vocabulary), _day(given["given"])
    entries = [
        _entry(each, by, day)
        for name in ("rulings", "withdrawn")
        if name in given
        for each in given[name].items()
    ]
    ruling_id = given["id"].policy_id()
    return RulingFile(ruling_id=ruling_id, by=by, given=day, entries=tuple(entries), at=at)


def _entry(at: Cursor, by: str, day: date) -> Entry:
    withdrawn = at.path[0] == "withdrawn"
    said = at.fields(
        "forbids allows from cite" if withdrawn else "forbids allows prevails from cite"
    )
    forbids, allows = _statement(said["forbids"]), _statement(said["allows"])
    if forbids.policy_id == allows.policy_id:
        wrong = "both statements stand in one text, which makes its own exceptions"
        raise said["allows"].wrong(wrong, "Name a statement of another policy.")
    return Entry(
        by=by,
        given=day,
        forbids=forbids,
        allows=allows,
        prevails=None if withdrawn else said["prevails"].choice(Prevails),
        effective_on=_day(said["from"]),
        clause=_cite(said["cite"]),
        row_id=f"{at.document.file}#{at.path[0]}.{at.path[1]}",
        at=at,
    )


def _statement(at: Cursor) -> Statement:
    said = at.fields("statement version")
    name = said["statement"].text()
    if _STATEMENT.fullmatch(name) is None:
        raise said["statement"].wrong(
            "not a statement", "Write policy and interaction: SH-PUJIANG/not-both."
        )
    return Statement(name=name, version=said["version"].whole(least=1), at=at)


def _body(at: Cursor, vocabulary: Vocabulary) -> str:
    if at.slug() not in vocabulary.bodies:
        raise at.wrong(f"unknown body '{at.slug()}'", "Use a body of the vocabulary's bodies.yaml.")
    return at.slug()


def _day(at: Cursor) -> date:
    written = at.day()
    if written.first != written.last:
        raise at.wrong("a whole date is needed here", "Write YYYY-MM-DD.")
    return written.first


def _cite(at: Cursor) -> str:
    if len(at.text()) > MOST_OF_A_CITE:
        raise at.wrong("it is too long", f"Say it in {MOST_OF_A_CITE} characters.")
    return at.text()


def problems_between(entries: list[Entry], vocabulary: Vocabulary) -> Iterator[FormatError]:
    """Where nobody could say what counts: twice on one day, against a body above, or of nothing."""
    last: dict[tuple[str, int, str, int], Entry] = {}
    for entry in sorted(entries, key=lambda each: (each.given, each.row_id)):
        before = last.get(entry.dispute)
        wrong = _against(entry, before, vocabulary)
        if wrong is not None:
            yield entry.at.wrong(*wrong)
            continue
        last[entry.dispute] = entry


def _against(entry: Entry, before: Entry | None, vocabulary: Vocabulary) -> tuple[str, str] | None:
    standing = before is not None and before.prevails is not None
    if before is not None and before.given == entry.given:
        said = f"{before.at.document.file} says something of the same two on the same day"
        return said, "Keep one of them, or give the later one its own day."
    if entry.prevails is None and not standing:
        return "there is no ruling to withdraw", "Take this out, or name what was ruled before."
    if before is not None and standing and before.by not in vocabulary.bodies_below(entry.by):
        said = f"{before.by}, which is not below {entry.by}, has ruled in {before.at.document.file}"
        return said, f"Only {before.by} and bodies above it may change that."
    return None
