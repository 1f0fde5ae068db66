"""Reading a parsed file strictly: every value through one door that knows file, line and path."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias, TypeVar

from services.policy.rules.days import WrittenDay, written_day
from services.policy.rules.errors import FormatError, Mark
from services.policy.rules.tree import Cite, Clause, Text

Plain: TypeAlias = "bool | int | str | list[Plain] | dict[str, Plain]"
Path: TypeAlias = tuple[str | int, ...]
Choice = TypeVar("Choice", bound=StrEnum)

FEN = {"元": 100, "万元": 1_000_000}
NOT_SEEN_WORD = "not_seen"
_MONEY = re.compile(r"(\d{1,9}(?:\.\d{1,6})?) (元|万元)")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_ADDRESS = re.compile(r"https?://[^\s/]\S*")
_POLICY_ID = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Document:
    file: str
    root: Plain
    marks: Mapping[Path, Mark]
    digest: str


@dataclass(frozen=True, slots=True)
class Cursor:
    """One value of a document and the way to it."""

    document: Document
    path: Path
    value: Plain

    def wrong(self, problem: str, remedy: str) -> FormatError:
        path = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in self.path)
        known = (self.path[:length] for length in range(len(self.path), -1, -1))
        mark = next((self.document.marks[p] for p in known if p in self.document.marks), Mark(1, 1))
        return FormatError(
            file=self.document.file,
            mark=mark,
            path=path.lstrip(".") or "(whole file)",
            problem=problem,
            remedy=remedy,
        )

    def at(self, step: str | int, value: Plain) -> "Cursor":
        return Cursor(self.document, (*self.path, step), value)

    def has(self, key: str) -> bool:
        return isinstance(self.value, dict) and key in self.value

    def fields(self, needed: str = "", allowed: str = "") -> dict[str, "Cursor"]:
        """The mapping's values; keys are given as words, any other key is refused."""
        if not isinstance(self.value, dict):
            raise self.wrong("a mapping is needed here", "Write `key: value` lines.")
        known = {*needed.split(), *allowed.split()}
        for key in self.value:
            if key not in known:
                raise self.at(key, self.value[key]).wrong(
                    f"unknown key '{key}'", f"Use one of: {', '.join(sorted(known))}."
                )
        for key in needed.split():
            if key not in self.value:
                raise self.wrong(f"'{key}' is missing", f"Add `{key}:`.")
        return {key: self.at(key, value) for key, value in self.value.items()}

    def items(self, least: int = 1) -> list["Cursor"]:
        if not isinstance(self.value, list):
            raise self.wrong("a list is needed here", "Write `- item` lines.")
        if len(self.value) < least:
            raise self.wrong("the list is empty", "Add an item, or leave the key out.")
        return [self.at(place, value) for place, value in enumerate(self.value)]

    def text(self) -> str:
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.wrong("text is needed here", "Write words, in quotes if need be.")
        return self.value

    def slug(self) -> str:
        if _SLUG.fullmatch(self.text()) is None:
            raise self.wrong("not a short name", "Use lower-case letters, digits and hyphens.")
        return self.text()

    def address(self) -> str:
        if _ADDRESS.fullmatch(self.text()) is None:
            raise self.wrong("not the address of a page", "Write it whole: https://…")
        return self.text()

    def policy_id(self) -> str:
        if _POLICY_ID.fullmatch(self.text()) is None:
            raise self.wrong("not a policy id", "Use capitals, digits and hyphens: SH-PUJIANG.")
        return self.text()

    def whole(self, least: int = 0) -> int:
        if isinstance(self.value, bool) or not isinstance(self.value, int):
            raise self.wrong("a whole number is needed here", "Write digits without a unit.")
        if self.value < least:
            raise self.wrong(f"the number is below {least}", f"Write {least} or more.")
        return self.value

    def yes_no(self) -> bool:
        if not isinstance(self.value, bool):
            raise self.wrong("true or false is needed here", "Write true or false.")
        return self.value

    def choice(self, options: type[Choice]) -> Choice:
        allowed = [option.value for option in options]
        if not isinstance(self.value, str) or self.value not in allowed:
            raise self.wrong("not one of the choices", f"Use one of: {', '.join(allowed)}.")
        return options(self.value)

    def day(self) -> WrittenDay:
        text = str(self.value) if isinstance(self.value, int | str) else ""
        try:
            return written_day(text)
        except ValueError:
            raise self.wrong(
                "not a date that exists",
                "Write YYYY-MM-DD, or YYYY-MM or YYYY if no more is known.",
            ) from None

    def fen(self) -> int:
        found = _MONEY.fullmatch(self.value) if isinstance(self.value, str) else None
        if found is None:
            raise self.wrong("not a sum of money with its unit", "Write `3000 元` or `30 万元`.")
        fen = Decimal(found[1]) * FEN[found[2]]
        if fen != int(fen):
            raise self.wrong("less than one fen", "Write at most two decimals of a yuan.")
        return int(fen)

    def words(self) -> Text:
        both = self.fields("zh en")
        return Text(both["zh"].text(), both["en"].text())

    def cite(self) -> Cite:
        """The place a rule is taken from; `clauses` of the file says what is usual in it."""
        unseen = self._of_file("clauses") == NOT_SEEN_WORD
        usual = Clause.NOT_SEEN if unseen else Clause.SEEN
        if isinstance(self.value, str):
            return Cite(self.text(), clause=usual)
        given = self.fields("where", "source clause")
        return Cite(
            given["where"].text(),
            given["source"]._listed_source() if "source" in given else None,
            given["clause"].choice(Clause) if "clause" in given else usual,
        )

    def _listed_source(self) -> int:
        """Sources count from 1."""
        number, listed = self.whole(least=1), self._of_file("sources")
        if isinstance(listed, list) and number > len(listed):
            raise self.wrong(f"no source {number} is listed", f"Use 1 to {len(listed)}.")
        return number

    def _of_file(self, key: str) -> "Plain | None":
        root = self.document.root
        return root.get(key) if isinstance(root, dict) else None

    def is_not_seen(self) -> bool:
        return self.value == NOT_SEEN_WORD
