"""Strong three-valued logic: what is true, what is false, and what nobody can say yet."""

from collections.abc import Sequence
from enum import StrEnum


class Truth(StrEnum):
    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"


# Asked by the thousand for every answer: to look a member up takes half of it.
TRUE, FALSE, UNSETTLED = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN


def truth_of(answer: object) -> Truth:
    return TRUE if answer else FALSE


def both(truths: Sequence[Truth]) -> Truth:
    """False wins over unknown; nothing at all is true."""
    if FALSE in truths:
        return FALSE
    return UNSETTLED if UNSETTLED in truths else TRUE


def either(truths: Sequence[Truth]) -> Truth:
    """True wins over unknown; nothing at all is false."""
    if TRUE in truths:
        return TRUE
    return UNSETTLED if UNSETTLED in truths else FALSE


def opposite(truth: Truth) -> Truth:
    match truth:
        case Truth.TRUE:
            return Truth.FALSE
        case Truth.FALSE:
            return Truth.TRUE
        case Truth.UNKNOWN:
            return Truth.UNKNOWN
