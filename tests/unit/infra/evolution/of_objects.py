"""Changes of what an object says."""

from collections.abc import Mapping

from tests.unit.infra.evolution.change import (
    DAY,
    FORBIDDEN,
    NULL,
    SAFE,
    TEXT,
    UPCASTER,
    WHOLE,
    Change,
    below_property,
    either,
    said,
)

OF_OBJECTS: Mapping[str, Change] = {
    "an optional property is added": Change(
        old=said(a=TEXT),
        new=said(a=TEXT, b=WHOLE),
        expected={("/properties/b", "property-added", SAFE)},
    ),
    "an optional property with a default is added": Change(
        old=said(a=TEXT),
        new=said(a=TEXT, b={"type": "integer", "default": 3}),
        expected={("/properties/b", "property-added", SAFE)},
    ),
    "an optional property is added to a closed object": Change(
        old={**said(a=TEXT), "additionalProperties": False},
        new={**said(a=TEXT, b=WHOLE), "additionalProperties": False},
        expected={("/properties/b", "property-added-to-closed", UPCASTER)},
    ),
    "an optional property is added to a map of another type": Change(
        old={**said(a=TEXT), "additionalProperties": TEXT},
        new={**said(a=TEXT, b=WHOLE), "additionalProperties": TEXT},
        expected={
            ("/properties/b", "property-added", SAFE),
            ("/properties/b", "type-replaced", FORBIDDEN),
        },
    ),
    "a required property is added": Change(
        old=said(a=TEXT),
        new=said(required=("b",), a=TEXT, b=WHOLE),
        expected={("/properties/b", "required-property-added", UPCASTER)},
    ),
    "a property is required without being described": Change(
        old=said(a=TEXT),
        new=said(required=("b",), a=TEXT),
        expected={("/required", "required-property-added", UPCASTER)},
    ),
    "an optional property is removed": Change(
        old=said(a=TEXT, b=WHOLE),
        new=said(a=TEXT),
        expected={("/properties/b", "property-removed", UPCASTER)},
    ),
    "a required property is removed": Change(
        old=said(required=("b",), a=TEXT, b=WHOLE),
        new=said(a=TEXT),
        expected={("/properties/b", "required-property-removed", UPCASTER)},
    ),
    "a property is renamed": Change(
        old=said(required=("b",), a=TEXT, b=DAY),
        new=said(required=("c",), a=TEXT, c=DAY),
        expected={("/properties/c", "property-renamed", UPCASTER)},
    ),
    "an optional property is renamed": Change(
        old=said(a=TEXT, b=DAY),
        new=said(a=TEXT, c=DAY),
        expected={("/properties/c", "property-renamed", UPCASTER)},
    ),
    "one is gone and two have come that it might have become": Change(
        old=said(b=DAY),
        new=said(c=DAY, d=DAY),
        expected={
            ("/properties/b", "property-removed", UPCASTER),
            ("/properties/c", "property-added", SAFE),
            ("/properties/d", "property-added", SAFE),
        },
    ),
    "two are gone that one may have been": Change(
        old=said(c=DAY, d=DAY),
        new=said(b=DAY),
        expected={
            ("/properties/b", "property-added", SAFE),
            ("/properties/c", "property-removed", UPCASTER),
            ("/properties/d", "property-removed", UPCASTER),
        },
    ),
    "one is gone and one like it stood there before": Change(
        old=said(a=DAY, b=DAY),
        new=said(a=DAY, c=TEXT),
        expected={
            ("/properties/b", "property-removed", UPCASTER),
            ("/properties/c", "property-added", SAFE),
        },
    ),
    "one has come and one like it stands there still": Change(
        old=said(a=DAY, c=TEXT),
        new=said(a=DAY, b=DAY),
        expected={
            ("/properties/b", "property-added", SAFE),
            ("/properties/c", "property-removed", UPCASTER),
        },
    ),
    "what is required and never described is gone": Change(
        old={"type": "object", "required": ["b"]},
        new={"type": "object"},
        expected={("/required", "required-property-removed", UPCASTER)},
    ),
    "what is required and never described may be a text": Change(
        old={"type": "object", "required": ["b"]},
        new=said(required=("b",), b=TEXT),
        expected={("/properties/b", "type-narrowed", FORBIDDEN)},
    ),
    "one is gone and one of another type has come": Change(
        old=said(b=DAY),
        new=said(c=TEXT),
        expected={
            ("/properties/b", "property-removed", UPCASTER),
            ("/properties/c", "property-added", SAFE),
        },
    ),
    "an optional one is gone and the same has come as required": Change(
        old=said(b=DAY),
        new=said(required=("c",), c=DAY),
        expected={
            ("/properties/b", "property-removed", UPCASTER),
            ("/properties/c", "required-property-added", UPCASTER),
        },
    ),
    "an optional property becomes required": Change(
        old=said(a=TEXT),
        new=said(required=("a",), a=TEXT),
        expected={("/properties/a", "became-required", UPCASTER)},
    ),
    "a required property becomes optional": Change(
        old=said(required=("a",), a=TEXT),
        new=said(a=TEXT),
        expected={("/properties/a", "became-optional", UPCASTER)},
    ),
    "another default stands for what is absent": Change(
        old=said(a={"type": "integer", "default": 1}),
        new=said(a={"type": "integer", "default": True}),
        expected={("/properties/a", "default-changed", UPCASTER)},
    ),
    "a default is written in another order": Change(
        old=said(a={"type": "object", "default": {"x": 1, "y": 2}}),
        new=said(a={"type": "object", "default": {"y": 2, "x": 1}}),
        expected=set(),
    ),
    "a default stays while something else is added": Change(
        old=said(a={"type": "object", "default": {"x": 1, "y": 2}}),
        new=said(a={"type": "object", "default": {"y": 2, "x": 1}}, b=TEXT),
        expected={("/properties/b", "property-added", SAFE)},
    ),
    "a default is given to what may be absent": Change(
        old=said(a=either(WHOLE, NULL)),
        new=said(a={**either(WHOLE, NULL), "default": None}),
        expected={("/properties/a", "default-changed", UPCASTER)},
    ),
    "a default behind a reference changes": Change(
        old={**said(a={"$ref": "#/$defs/A"}), "$defs": {"A": {"type": "integer", "default": 1}}},
        new={**said(a={"$ref": "#/$defs/A"}), "$defs": {"A": {"type": "integer", "default": 2}}},
        expected={("/properties/a", "default-changed", UPCASTER)},
    ),
    "a default beside a reference changes": Change(
        old={**said(a={"$ref": "#/$defs/A", "default": 1}), "$defs": {"A": WHOLE}},
        new={**said(a={"$ref": "#/$defs/A", "default": 2}), "$defs": {"A": WHOLE}},
        expected={("/properties/a", "default-changed", UPCASTER)},
    ),
    "the default of what is always said changes": Change(
        old=said(required=("a",), a={"type": "integer", "default": 1}),
        new=said(required=("a",), a={"type": "integer", "default": 2}),
        expected=set(),
    ),
    "an object is closed": Change(
        old=said(a=TEXT),
        new={**said(a=TEXT), "additionalProperties": False},
        expected={("/additionalProperties", "closed", UPCASTER)},
    ),
    "a closed object is opened": Change(
        old={**said(a=TEXT), "additionalProperties": False},
        new=said(a=TEXT),
        expected={("", "opened", UPCASTER)},
    ),
    "being open is said aloud": Change(
        old=said(a=TEXT), new={**said(a=TEXT), "additionalProperties": True}, expected=set()
    ),
    "the values of a map may be more": Change(
        old={"type": "object", "additionalProperties": TEXT},
        new={"type": "object", "additionalProperties": either(TEXT, WHOLE)},
        expected={("/additionalProperties", "type-widened", UPCASTER)},
    ),
    "the values of a map may be fewer": Change(
        old={"type": "object", "additionalProperties": either(TEXT, WHOLE)},
        new={"type": "object", "additionalProperties": TEXT},
        expected={("/additionalProperties", "type-narrowed", FORBIDDEN)},
    ),
    "a map becomes a closed object": Change(
        old={"type": "object", "additionalProperties": TEXT},
        new={"type": "object", "additionalProperties": False},
        expected={("/additionalProperties", "type-narrowed", FORBIDDEN)},
    ),
    "an open object becomes a map": Change(
        old={"type": "object"},
        new={"type": "object", "additionalProperties": TEXT},
        expected={("/additionalProperties", "type-narrowed", FORBIDDEN)},
    ),
    "what was said in the clear is sealed": Change(
        old=said(a=TEXT),
        new={**said(a=TEXT), "x-sealed": ["a"]},
        expected={("/properties/a", "sealed", UPCASTER)},
    ),
    "what was sealed is said in the clear": Change(
        old={**said(a=TEXT, b=TEXT), "x-sealed": ["a", "b"]},
        new={**said(a=TEXT, b=TEXT), "x-sealed": ["b"]},
        expected={("/properties/a", "unsealed", FORBIDDEN)},
    ),
    "a sealed property is added": Change(
        old=said(a=TEXT),
        new={**said(a=TEXT, b=WHOLE), "x-sealed": ["b"]},
        expected={("/properties/b", "property-added", SAFE)},
    ),
    "a nested object gains an optional property": below_property(
        said(b=TEXT), said(b=TEXT, c=TEXT), ("/properties/c", "property-added", SAFE)
    ),
    "a nested object loses a required property": below_property(
        said(required=("b",), b=TEXT),
        said(),
        ("/properties/b", "required-property-removed", UPCASTER),
    ),
}
