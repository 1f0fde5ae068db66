"""Strong three-valued logic: what is true, what is false, and what nobody can say yet."""

from collections.abc import Sequence
from enum import StrEnum


class Truth(StrEnum):
    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"


# Asked by the thousand for every answer: to look a member up takes half of it.
_TRUE, _FALSE, _UNKNOWN = Truth


def truth_of(answer: object) -> Truth:
    return _TRUE if answer else _FALSE


def both(truths: Sequence[Truth]) -> Truth:
    """False wins over unknown; nothing at all is true."""
    if _FALSE in truths:
        return _FALSE
    return _UNKNOWN if _UNKNOWN in truths else _TRUE


def either(truths: Sequence[Truth]) -> Truth:
    """True wins over unknown; nothing at all is false."""
    if _TRUE in truths:
        return _TRUE
    return _UNKNOWN if _UNKNOWN in truths else _FALSE


def opposite(truth: Truth) -> Truth:
    match truth:
        case Truth.TRUE:
            return Truth.FALSE
        case Truth.FALSE:
            return Truth.TRUE
        case Truth.UNKNOWN:
            return Truth.UNKNOWN
