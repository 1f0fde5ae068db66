"""Changes of which types of value there may be."""

from collections.abc import Mapping

from tests.unit.infra.evolution.change import (
    DAY,
    FORBIDDEN,
    NULL,
    NUMBER,
    OPEN_OR_DONE,
    TEXT,
    UPCASTER,
    WHOLE,
    Change,
    below_property,
    either,
    listing,
    of_property,
    said,
    tagged,
)

OF_TYPES: Mapping[str, Change] = {
    "a whole number becomes any number": of_property(WHOLE, NUMBER, ("type-widened", UPCASTER)),
    "any number becomes a whole number": of_property(NUMBER, WHOLE, ("type-narrowed", FORBIDDEN)),
    "a text becomes a number": of_property(TEXT, WHOLE, ("type-replaced", FORBIDDEN)),
    "a text becomes a list of texts": of_property(
        TEXT, listing(TEXT), ("type-replaced", FORBIDDEN)
    ),
    "a text may be a number as well": of_property(
        TEXT, either(TEXT, WHOLE), ("type-widened", UPCASTER)
    ),
    "a text or a number is a text alone": of_property(
        either(TEXT, WHOLE), TEXT, ("type-narrowed", FORBIDDEN)
    ),
    "one of two types is replaced": of_property(
        either(TEXT, WHOLE),
        either(TEXT, {"type": "boolean"}),
        ("type-narrowed", FORBIDDEN),
        ("type-widened", UPCASTER),
    ),
    "null may stand there": of_property(TEXT, either(TEXT, NULL), ("null-added", UPCASTER)),
    "null may stand there, said as types": of_property(
        TEXT, {"type": ["string", "null"]}, ("null-added", UPCASTER)
    ),
    "null may stand there, said as a value": of_property(
        OPEN_OR_DONE, {"enum": [None, "open", "done"]}, ("null-added", UPCASTER)
    ),
    "null may no longer stand there": of_property(
        either(TEXT, NULL), TEXT, ("null-removed", UPCASTER)
    ),
    "a text or null becomes a number or null": of_property(
        either(TEXT, NULL), either(WHOLE, NULL), ("type-replaced", FORBIDDEN)
    ),
    "anything becomes a text": of_property({}, TEXT, ("type-narrowed", FORBIDDEN)),
    "a text becomes anything": of_property(TEXT, {}, ("type-widened", UPCASTER)),
    "anything is said in another way": of_property({}, True),
    "two types are said in another way": of_property(
        either(TEXT, NULL), {"type": ["null", "string"]}
    ),
    "a tagged variant is added": of_property(
        either(tagged("x", b=TEXT), tagged("y", c=TEXT)),
        either(tagged("x", b=TEXT), tagged("y", c=TEXT), tagged("z", b=TEXT)),
        ("type-widened", UPCASTER),
    ),
    "a tagged variant is removed": of_property(
        either(tagged("x", b=TEXT), tagged("y", c=TEXT)),
        tagged("x", b=TEXT),
        ("type-narrowed", FORBIDDEN),
    ),
    "a tagged variant changes inside": below_property(
        either(tagged("x", b=TEXT), tagged("y", c=TEXT)),
        either(tagged("y", c=DAY), tagged("x", b=TEXT)),
        ("/anyOf/0/properties/c/format", "format-added", FORBIDDEN),
    ),
    "every tagged variant changes inside": below_property(
        either(tagged("x", b=TEXT), tagged("y", b=TEXT)),
        either(tagged("y", b=DAY), tagged("x", b=WHOLE)),
        ("/anyOf/0/properties/b/format", "format-added", FORBIDDEN),
        ("/anyOf/1/properties/b", "type-replaced", FORBIDDEN),
    ),
    "a variant with two tags changes inside and is written in another order": below_property(
        either(said(required=("k", "m"), k={"const": 1}, m={"const": 2}, b=TEXT), tagged("x")),
        either(said(required=("m", "k"), m={"const": 2}, k={"const": 1}, b=DAY), tagged("x")),
        ("/anyOf/0/properties/b/format", "format-added", FORBIDDEN),
    ),
    "a variant that asks for nothing changes inside": below_property(
        either(tagged("x", b=TEXT), {"type": "object", "properties": {"c": TEXT}}),
        either(tagged("x", b=TEXT), {"type": "object", "properties": {"c": DAY}}),
        ("/anyOf/1/properties/c/format", "format-added", FORBIDDEN),
    ),
    "a tagged variant gives way to another": of_property(
        either(tagged("x", b=TEXT), tagged("y", c=TEXT)),
        either(tagged("x", b=TEXT), tagged("z", c=TEXT)),
        ("type-narrowed", FORBIDDEN),
        ("type-widened", UPCASTER),
    ),
    "the only object of its place has another tag": below_property(
        either(tagged("x", b=TEXT), NULL),
        either(tagged("z", b=TEXT), NULL),
        ("/anyOf/0/properties/kind", "const-changed", UPCASTER),
    ),
    "an untagged variant beside a tagged one changes inside": below_property(
        either(tagged("x", b=TEXT), said(c=TEXT)),
        either(tagged("x", b=TEXT), said(c=DAY)),
        ("/anyOf/1/properties/c/format", "format-added", FORBIDDEN),
    ),
    "a tagged variant loses its tag": of_property(
        either(tagged("x", b=TEXT), tagged("y", b=TEXT)),
        either(tagged("x", b=TEXT), said(b=TEXT)),
        ("type-narrowed", FORBIDDEN),
        ("type-widened", UPCASTER),
    ),
    "a list beside two variants changes inside": below_property(
        either(tagged("x", b=TEXT), tagged("y", b=TEXT), listing(TEXT)),
        either(tagged("x", b=TEXT), tagged("y", b=TEXT), listing(DAY)),
        ("/anyOf/2/items/format", "format-added", FORBIDDEN),
    ),
    "variants told apart by what may be absent or by one of two values have no tag": of_property(
        either(said(k={"const": "x"}), said(required=("k",), k=OPEN_OR_DONE)),
        either(said(k={"const": "x"}, b=DAY), said(required=("k",), k=OPEN_OR_DONE, b=DAY)),
        ("type-replaced", FORBIDDEN),
    ),
    "a number may be no fraction beside a text": below_property(
        either(NUMBER, TEXT), either(TEXT, WHOLE), ("/anyOf/1", "type-narrowed", FORBIDDEN)
    ),
    "the items of a list may be more": below_property(
        listing(TEXT), listing(either(TEXT, NULL)), ("/items", "null-added", UPCASTER)
    ),
    "the items of a list are replaced": below_property(
        listing(TEXT), listing(WHOLE), ("/items", "type-replaced", FORBIDDEN)
    ),
    "the items of a list were anything": below_property(
        {"type": "array"}, listing(WHOLE), ("/items", "type-narrowed", FORBIDDEN)
    ),
    "a place of a tuple is replaced": below_property(
        {"type": "array", "prefixItems": [TEXT, WHOLE], "items": False},
        {"type": "array", "prefixItems": [TEXT, DAY], "items": False},
        ("/prefixItems/1", "type-replaced", FORBIDDEN),
    ),
    "a tuple may have a further place": below_property(
        {"type": "array", "prefixItems": [TEXT], "items": False},
        {"type": "array", "prefixItems": [TEXT, WHOLE], "items": False},
        ("/prefixItems/1", "type-widened", UPCASTER),
    ),
    "a tuple whose places are all alike becomes a list": of_property(
        {"type": "array", "prefixItems": [TEXT], "items": TEXT}, listing(TEXT)
    ),
    "a tuple loses a place": below_property(
        {"type": "array", "prefixItems": [TEXT, WHOLE], "items": False},
        {"type": "array", "prefixItems": [TEXT], "items": False},
        ("/items", "type-narrowed", FORBIDDEN),
    ),
}
