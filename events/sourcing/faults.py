"""Why an event is set aside, in a few classes, and whose move it is then."""

import re
from collections.abc import Mapping

import msgspec

from events.sourcing.batches import Failed
from events.sourcing.codec import NewerVersion, UnknownName
from events.sourcing.datarefs import DataUnknown
from events.sourcing.sealing import Unreadable

DEVELOPERS = "developers"
"""Those of the service that reads."""
PUBLISHER = "publisher"
"""The service that sent the record, or whoever else did."""
OPERATORS = "operators"
"""Those who run the platform."""

POISON = "poison"
BEHIND = "behind"
HOLE = "hole"
READY = "ready"
UNKNOWN_TYPE = "unknown-type"
NEWER_VERSION = "newer-version"
SCHEMA_INVALID = "schema-invalid"
UNDECODABLE = "undecodable"
MISSING_ID = "missing-id"
NULL_VALUE = "null-value"
TOO_LARGE = "too-large"
CLOCK_OFF = "clock-off"
SEAL_BROKEN = "seal-broken"
FORKED = "forked"
RETRACTED = "retracted"

OWNERS: Mapping[str, str] = {
    POISON: DEVELOPERS,
    BEHIND: OPERATORS,
    HOLE: OPERATORS,
    READY: OPERATORS,
    UNKNOWN_TYPE: PUBLISHER,
    NEWER_VERSION: OPERATORS,
    SCHEMA_INVALID: PUBLISHER,
    UNDECODABLE: PUBLISHER,
    MISSING_ID: PUBLISHER,
    NULL_VALUE: PUBLISHER,
    TOO_LARGE: PUBLISHER,
    CLOCK_OFF: OPERATORS,
    SEAL_BROKEN: OPERATORS,
    FORKED: OPERATORS,
    RETRACTED: OPERATORS,
}
"""Each class with who must act. What passes by itself has no class: it is tried again instead."""

LATER = Failed(kind=BEHIND, reason="an earlier event of this stream is parked")
NEXT = Failed(kind=READY, reason="nothing stands before it any more")

SOUND = frozenset({BEHIND, READY, HOLE})
"""Nothing is wrong with the event itself: it came, and something else did not."""

BAD_RECORDS = (
    UNKNOWN_TYPE,
    NEWER_VERSION,
    SCHEMA_INVALID,
    UNDECODABLE,
    MISSING_ID,
    NULL_VALUE,
    TOO_LARGE,
    CLOCK_OFF,
)
"""The record itself is at fault: a sound one for the same place takes its place."""

_PATH = re.compile(r" - at `(\$[a-z0-9_.\[\]]*)`$")


class Undecodable(Exception):
    """A record that cannot be taken as one of our events; the reason quotes nothing of it."""

    def __init__(self, reason: str, *, kind: str = UNDECODABLE) -> None:
        super().__init__(reason)
        self.kind = kind


def hole(version: int, seen: int) -> Failed:
    """Something is missing before this version."""
    return Failed(kind=HOLE, reason=f"version {version} after {seen}")


def owner_of(kind: str) -> str:
    """Whose move it is; the operators' for a class that an older version has left."""
    return OWNERS.get(kind, OPERATORS)


def unreadable(failure: Exception) -> Failed:
    """The class of what could not be read, and the reason; nothing of its content."""
    match failure:
        case Undecodable():
            return Failed(kind=failure.kind, reason=str(failure))
        case DataUnknown():
            return Failed(kind=UNDECODABLE, reason="its publisher does not know its payload")
        case NewerVersion():
            return Failed(kind=NEWER_VERSION, reason=f"known up to v{failure.newest}")
        case UnknownName():
            return Failed(kind=UNKNOWN_TYPE, reason="no such name in the catalog")
        case Unreadable():
            return Failed(kind=SEAL_BROKEN, reason="a sealed value does not open with its key")
        case msgspec.ValidationError():
            return Failed(kind=SCHEMA_INVALID, reason=misfit(failure))
        case msgspec.MsgspecError() | UnicodeDecodeError() | RecursionError():
            return Failed(kind=UNDECODABLE, reason="the payload is not JSON")
        case _:
            return Failed(kind=SCHEMA_INVALID, reason=misfit(failure))


def misfit(failure: Exception) -> str:
    """Where a payload does not fit; what stands there, and under which key, is not repeated."""
    found = _PATH.search(str(failure))
    return f"does not fit at {found[1]}" if found else "does not fit"
