"""From an event to its stored bytes and back: explicit names, upcasters, sealed fields."""

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from functools import cache
from typing import Annotated, Any, TypeAlias, get_args, get_origin, get_type_hints
from uuid import UUID

import msgspec

from events.catalog import PERSONAL
from events.sourcing.sealing import Keys, seal, unseal

Shape: TypeAlias = dict[str, Any]
Upcaster: TypeAlias = Callable[[Shape], tuple[str, Shape]]
Reads: TypeAlias = Callable[[bytes], Any]

SEALED = "sealed"
VERSION_DIGITS = 9
_json = msgspec.json.Encoder()


class UnknownName(Exception):
    """A stored name that this version does not know."""


class NewerVersion(UnknownName):
    """A stored name of which this version knows only shapes older than that, up to `newest`."""

    def __init__(self, name: str, newest: int) -> None:
        super().__init__(name)
        self.newest = newest


@cache
def personal_fields(shape: Any) -> Mapping[str, Any]:
    """The sealed fields of a shape, and the type each holds once opened."""
    hints = get_type_hints(shape, include_extras=True)
    return {
        f.name: get_args(hints[f.name])[0]
        for f in fields(shape)
        if get_origin(hints[f.name]) is Annotated and PERSONAL in get_args(hints[f.name])[1:]
    }


def _personal_in(event: object) -> Mapping[str, Any]:
    kind: Any = type(event)
    return personal_fields(kind)


@cache
def _opened_by(shape: Any) -> Mapping[str, Reads]:
    """What reads each sealed field of a shape once it is open."""
    return {
        name: msgspec.json.Decoder(kind).decode for name, kind in personal_fields(shape).items()
    }


class Codec:
    """Reads and writes the shapes it was given; an old name passes through its upcasters."""

    def __init__(
        self, names: Mapping[str, type], upcasters: Mapping[str, Upcaster] | None = None
    ) -> None:
        self._shapes = dict(names)
        self._names = {shape: name for name, shape in names.items()}
        self._upcasters = dict(upcasters or {})
        self._whole: dict[str, Reads] = {
            name: msgspec.json.Decoder(shape).decode
            for name, shape in names.items()
            if name not in self._upcasters
        }
        self._plain: dict[str, Reads] = {
            name: reads for name, reads in self._whole.items() if not personal_fields(names[name])
        }
        """What needs neither lifting nor a key is read in one go."""

    def name_of(self, event: object) -> str:
        """The stored name of an event."""
        return self.name_of_kind(type(event))

    def name_of_kind(self, kind: type) -> str:
        """The stored name of all events of a kind; older ones may have others."""
        return self._names[kind]

    def shape_of(self, name: str) -> type:
        """The shape behind a stored name; `UnknownName` or `NewerVersion` where there is none."""
        try:
            return self._shapes[name]
        except KeyError:
            raise self._unknown(name) from None

    def _unknown(self, name: str) -> UnknownName:
        stem, version = _versioned(name)
        known = map(_versioned, (*self._shapes, *self._upcasters))
        newest = max((known for known_stem, known in known if known_stem == stem), default=0)
        return NewerVersion(name, newest) if version > newest > 0 else UnknownName(name)

    def subject_of(self, event: object) -> str | None:
        """The person whose key seals this event, if it says anything personal."""
        return getattr(event, "talent_id", None) if _personal_in(event) else None

    def whole(self, name: str) -> Reads | None:
        """What reads the shape behind a name where nothing is sealed or left out.

        `None` for a name that has to be lifted, or that nobody knows.
        """
        return self._whole.get(name)

    def encode(self, event: object, *, event_id: UUID, keys: Keys) -> bytes:
        """The stored bytes; every personal field sealed for its person and its place."""
        personal = _personal_in(event)
        if not personal:
            return _json.encode(event)
        kind: Any = event
        shape: Shape = {each.name: getattr(event, each.name) for each in fields(kind)}
        for name in personal:
            key = keys[self.subject_of(event) or ""]
            text = _json.encode(shape[name])
            shape[name] = {SEALED: seal(key, text, place=f"{event_id}/{name}")}
        return _json.encode(shape)

    def decode(self, name: str, payload: bytes, *, event_id: UUID, keys: Keys) -> Any:
        """The event; a sealed field without its key reads as `None`."""
        if (reads := self._plain.get(name)) is not None:
            return reads(payload)
        name, shape = self.lift(name, msgspec.json.decode(payload))
        event_type: Any = self.shape_of(name)
        opened: Shape = {}
        for field, reads in _opened_by(event_type).items():
            if (sealed := _sealed_in(shape[field])) is None:
                continue
            key, shape[field] = keys.get(shape["talent_id"]), None
            if key is not None:
                text = unseal(key, sealed, place=f"{event_id}/{field}")
                opened[field] = _read(reads, text, field)
        event = msgspec.convert(shape, event_type)
        return replace(event, **opened) if opened else event

    def lift(self, name: str, shape: Shape) -> tuple[str, Shape]:
        """An old shape brought to the newest one, step by step."""
        while name in self._upcasters:
            name, shape = self._upcasters[name](shape)
        return name, shape


def _versioned(name: str) -> tuple[str, int]:
    """A stored name taken apart; version 0 where it names none."""
    stem, _, version = name.rpartition(".v")
    plain = version.isascii() and version.isdigit() and len(version) <= VERSION_DIGITS
    return (stem, int(version)) if plain else (name, 0)


def _sealed_in(value: Any) -> Any:
    """What is sealed here, if anything is."""
    return value.get(SEALED) if isinstance(value, dict) else None


def _read(reads: Reads, text: bytes, field: str) -> Any:
    """Where it does not fit is said as seen from the whole event."""
    try:
        return reads(text)
    except msgspec.ValidationError as misfit:
        # Of what does not fit as a whole no place is said.
        said = str(misfit) if "`$" in str(misfit) else f"{misfit} - at `$`"
        raise msgspec.ValidationError(said.replace("`$", f"`$.{field}", 1)) from misfit
