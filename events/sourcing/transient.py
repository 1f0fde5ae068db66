"""Which failures pass by themselves, so that waiting is the remedy and parking is not."""

from sqlalchemy.exc import DBAPIError

from events.sourcing.types import Conflict, Overloaded

CONNECTION_CLASSES = {"08", "40", "53", "55", "57"}
"""SQLSTATE classes: connection, rollback, resources, not in the needed state, operator."""


def is_transient(failure: BaseException) -> bool:
    """Whether the same thing may well succeed a moment later."""
    if isinstance(failure, OSError | TimeoutError | Conflict | Overloaded):
        return True
    if isinstance(failure, DBAPIError):
        return failure.connection_invalidated or _class(failure.orig) in CONNECTION_CLASSES
    return is_connection_lost(failure)


def is_connection_lost(failure: BaseException) -> bool:
    """Whether a statement's answer may have been lost; asyncpg reports it in several ways."""
    if isinstance(failure, OSError) or _class(failure) in CONNECTION_CLASSES:
        return True
    return type(failure).__name__ in {
        "InterfaceError",
        "InternalClientError",
        "TransportError",
        "ConnectTimeout",
        "ReadTimeout",
    }


def _class(failure: object) -> str:
    return str(getattr(failure, "sqlstate", None) or "")[:2]
