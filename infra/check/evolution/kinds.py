"""The table of rules: each kind of change, whom it fails, what is to be done, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    SAFE = "safe"
    UPCASTER = "safe-with-upcaster"
    FORBIDDEN = "forbidden"


class Fails(StrEnum):
    """The reader who is not served when the change is made under the same stored name."""

    NOBODY = "nobody"
    RECORD = "the old record"
    CONSUMER = "the old consumer"
    BOTH = "the old record and the old consumer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    verdict: Verdict
    fails: Fails
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One change; `path` is a JSON pointer, into the old schema only for what is gone."""

    path: str
    kind: str
    what: str

    @property
    def verdict(self) -> Verdict:
        return RULES[self.kind].verdict

    @property
    def sentence(self) -> str:
        return f"{self.what}: {RULES[self.kind].because}."

    def __str__(self) -> str:
        return f"{self.path or '/'}: {self.kind} ({self.verdict}): {self.sentence}"


def _safe(because: str) -> Rule:
    return Rule(verdict=Verdict.SAFE, fails=Fails.NOBODY, because=because)


def _upcaster(fails: Fails, because: str) -> Rule:
    return Rule(verdict=Verdict.UPCASTER, fails=fails, because=because)


def _forbidden(fails: Fails, because: str) -> Rule:
    return Rule(verdict=Verdict.FORBIDDEN, fails=fails, because=because)


RULES: Mapping[str, Rule] = {
    # What an object says.
    "property-added": _safe(
        "old events go without it and old consumers ignore what they do not know"
    ),
    "property-added-to-closed": _upcaster(
        Fails.CONSUMER, "an old consumer was told to refuse what is not listed"
    ),
    "required-property-added": _upcaster(
        Fails.RECORD, "old events lack it, and the upcaster must say what stands there"
    ),
    "property-removed": _upcaster(
        Fails.RECORD, "old events say it, and the upcaster must say where it goes"
    ),
    "required-property-removed": _upcaster(
        Fails.CONSUMER, "old consumers rely on it, and the upcaster must say where it goes"
    ),
    "property-renamed": _upcaster(
        Fails.BOTH, "old events and old consumers know it by the old name"
    ),
    "became-required": _upcaster(
        Fails.RECORD, "old events may lack it, and the upcaster must say what stands there"
    ),
    "became-optional": _upcaster(Fails.CONSUMER, "old consumers rely on it"),
    "default-changed": _upcaster(
        Fails.BOTH, "the upcaster must write down what absence meant when the event was recorded"
    ),
    "closed": _upcaster(Fails.RECORD, "an old event may say what is no longer listed"),
    "opened": _upcaster(Fails.CONSUMER, "an old consumer was told to refuse what is not listed"),
    "sealed": _upcaster(
        Fails.CONSUMER,
        "old consumers received it, and what old events say in the clear cannot be forgotten",
    ),
    "unsealed": _forbidden(
        Fails.RECORD, "old events hold it sealed, and an upcaster has no key to open it"
    ),
    # Which types of value there may be.
    "type-widened": _upcaster(Fails.CONSUMER, "old consumers do not expect it"),
    "type-narrowed": _forbidden(
        Fails.RECORD, "an old event may hold it, and nobody can list what it held"
    ),
    "type-replaced": _forbidden(
        Fails.BOTH,
        "a property that keeps its name keeps its type; say the new thing under a new name",
    ),
    "null-added": _upcaster(
        Fails.CONSUMER, "old consumers do not expect that nothing stands there"
    ),
    "null-removed": _upcaster(
        Fails.RECORD,
        "an old event may say nothing there, and the upcaster must say what that meant",
    ),
    # Which values there may be.
    "enum-widened": _upcaster(Fails.CONSUMER, "old consumers do not know the value"),
    "enum-narrowed": _upcaster(
        Fails.RECORD, "old events may hold the value, and the upcaster must say what became of it"
    ),
    "const-changed": _upcaster(
        Fails.BOTH, "old events and old consumers know the old value, which the upcaster replaces"
    ),
    "values-listed": _forbidden(
        Fails.RECORD, "an old event may hold any value, and nobody can list what it held"
    ),
    "values-unlisted": _upcaster(Fails.CONSUMER, "old consumers know the listed values alone"),
    "limit-loosened": _upcaster(Fails.CONSUMER, "old consumers rely on the limit"),
    "limit-tightened": _forbidden(
        Fails.RECORD, "an old event may lie beyond it, and no upcaster may alter what was recorded"
    ),
    "format-added": _forbidden(Fails.RECORD, "an old event may hold any text"),
    "format-changed": _forbidden(Fails.BOTH, "old events and old consumers use the old format"),
    "format-removed": _upcaster(Fails.CONSUMER, "old consumers rely on the format"),
    "pattern-added": _forbidden(Fails.RECORD, "an old event may hold any text"),
    "pattern-changed": _forbidden(
        Fails.BOTH, "whether every old text fits the new pattern cannot be told"
    ),
    "pattern-removed": _upcaster(Fails.CONSUMER, "old consumers rely on the pattern"),
    "encoding-changed": _forbidden(Fails.BOTH, "the same text would be read as something else"),
    # What this checker cannot judge.
    "not-understood": _forbidden(Fails.BOTH, "not understood, and never waved through"),
}
