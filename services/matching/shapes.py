"""Catalog shapes as plain JSON for the read models, and back."""

from typing import Any, TypeVar

import msgspec

T = TypeVar("T")


def plain(value: object) -> Any:
    """Only what JSON knows."""
    return msgspec.to_builtins(value)


def shaped(value: object, shape: type[T]) -> T:
    """The shape behind what `plain` wrote."""
    return msgspec.convert(value, shape)
