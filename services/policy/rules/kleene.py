"""Strong three-valued logic: what is true, what is false, and what nobody can say yet."""

from collections.abc import Sequence
from enum import StrEnum


class Truth(StrEnum):
    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"


def truth_of(answer: object) -> Truth:
    return Truth.TRUE if answer else Truth.FALSE


def both(truths: Sequence[Truth]) -> Truth:
    """False wins over unknown; nothing at all is true."""
    if Truth.FALSE in truths:
        return Truth.FALSE
    return Truth.UNKNOWN if Truth.UNKNOWN in truths else Truth.TRUE


def either(truths: Sequence[Truth]) -> Truth:
    """True wins over unknown; nothing at all is false."""
    if Truth.TRUE in truths:
        return Truth.TRUE
    return Truth.UNKNOWN if Truth.UNKNOWN in truths else Truth.FALSE


def opposite(truth: Truth) -> Truth:
    match truth:
        case Truth.TRUE:
            return Truth.FALSE
        case Truth.FALSE:
            return Truth.TRUE
        case Truth.UNKNOWN:
            return Truth.UNKNOWN
