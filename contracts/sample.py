"""Makes a plausible example of any event from its annotations alone."""

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


def _text(field: str, number: int) -> str:
    if field in {"document", "receipt", "data"}:
        return json.dumps({"sample": number})
    return f"{field.removesuffix('_id').removesuffix('_by').replace('_', '-')}-{number}"


_PLAIN: Mapping[type, Callable[[str, int], object]] = {
    str: _text,
    int: lambda _, number: number,
    float: lambda _, number: float(number),
    bool: lambda _, number: number % 2 == 1,
    bytes: lambda field, number: f"{field}-{number}".encode(),
    Decimal: lambda _, number: Decimal(number),
    datetime: lambda _, number: NOON + timedelta(minutes=number),
    date: lambda _, number: NOON.date() + timedelta(days=number),
    time: lambda _, number: time(number % 24),
    timedelta: lambda _, number: timedelta(hours=number),
    NoneType: lambda _, __: None,
}


def sample(kind: type, *, number: int = 1, **given: object) -> Any:
    """An example; the same `number` gives the same one, and ids of one number belong together."""
    hints = get_type_hints(kind, include_extras=True)
    names = [field.name for field in fields(kind)]
    made = {name: _value(hints[name], name, number) for name in names if name not in given}
    return kind(**made, **given)


def _value(hint: Any, field: str, number: int) -> object:
    origin, inside = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _value(inside[0], field, number)
    if origin in (Union, UnionType):
        return _value(inside[0], field, number)
    if origin is Literal:
        return inside[number % len(inside)]
    if origin in (tuple, list, frozenset, set):
        return origin([_value(inside[0], field.removesuffix("s"), number)])
    if origin in (dict, Mapping):
        return {f"{field}-{number}": _value(inside[1], field, number)}
    if is_dataclass(hint) and isinstance(hint, type):
        return sample(hint, number=number)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return list(hint)[number % len(hint)]
    return _PLAIN[hint](field, number)
