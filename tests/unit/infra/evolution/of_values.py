"""Changes of which values of one type there may be."""

from collections.abc import Mapping

from tests.unit.infra.evolution.change import (
    DAY,
    FORBIDDEN,
    OPEN_OR_DONE,
    TEXT,
    UPCASTER,
    WHOLE,
    Change,
    below_property,
    of_property,
)

OF_VALUES: Mapping[str, Change] = {
    "a value is listed": of_property(
        OPEN_OR_DONE, {"enum": ["open", "done", "late"]}, ("enum-widened", UPCASTER)
    ),
    "a value is no longer listed": of_property(
        OPEN_OR_DONE, {"enum": ["open"]}, ("enum-narrowed", UPCASTER)
    ),
    "one listed value takes the place of another": of_property(
        OPEN_OR_DONE,
        {"enum": ["open", "closed"]},
        ("enum-narrowed", UPCASTER),
        ("enum-widened", UPCASTER),
    ),
    "listed values of two types": of_property(
        {"enum": ["open", 1]}, {"enum": ["open", 1, 2]}, ("enum-widened", UPCASTER)
    ),
    "true takes the place of one": of_property(
        {"enum": [1]}, {"enum": [True]}, ("type-replaced", FORBIDDEN)
    ),
    "a listed fraction is gone": of_property(
        {"type": "number", "enum": [1, 2.5]},
        {"type": "number", "enum": [1]},
        ("enum-narrowed", UPCASTER),
    ),
    "a listed list and a listed object are gone": of_property(
        {"enum": ["a", [1], {"b": 1}]},
        {"enum": ["a"]},
        ("type-narrowed", FORBIDDEN),
    ),
    "listed lists are more": of_property(
        {"enum": [[1]]}, {"type": "array", "enum": [[1], [2]]}, ("enum-widened", UPCASTER)
    ),
    "a listed object is written in another order": of_property(
        {"enum": [{"a": 1, "b": 2}, {}]},
        {"enum": [{"b": 2, "a": 1}]},
        ("enum-narrowed", UPCASTER),
    ),
    "a type of which no value is listed is none": of_property(
        {"type": ["string", "integer"], "enum": ["open", "done"]}, OPEN_OR_DONE
    ),
    "a type of which no value is listed is none, even if it is said first": of_property(
        {"type": ["integer", "string"], "enum": ["open", "done"]}, OPEN_OR_DONE
    ),
    "a whole number that is listed is no text": of_property(
        {"type": ["string", "integer"], "enum": [1]}, {"type": "integer", "enum": [1]}
    ),
    "the constant null is listed alone": of_property({"const": None}, {"enum": [None]}),
    "a constant changes": of_property({"const": "a"}, {"const": "b"}, ("const-changed", UPCASTER)),
    "a constant is one of several": of_property(
        {"const": "open"}, OPEN_OR_DONE, ("enum-widened", UPCASTER)
    ),
    "a constant is said as a list of one": of_property({"const": "a"}, {"enum": ["a"]}),
    "any text becomes a listed one": of_property(TEXT, OPEN_OR_DONE, ("values-listed", FORBIDDEN)),
    "a listed text becomes any": of_property(OPEN_OR_DONE, TEXT, ("values-unlisted", UPCASTER)),
    "a format is asked for": below_property(TEXT, DAY, ("/format", "format-added", FORBIDDEN)),
    "a format is no longer asked for": of_property(DAY, TEXT, ("format-removed", UPCASTER)),
    "a format becomes another": below_property(
        DAY, {"type": "string", "format": "date-time"}, ("/format", "format-changed", FORBIDDEN)
    ),
    "a pattern is asked for": below_property(
        TEXT, {"type": "string", "pattern": "^a"}, ("/pattern", "pattern-added", FORBIDDEN)
    ),
    "a pattern is no longer asked for": of_property(
        {"type": "string", "pattern": "^a"}, TEXT, ("pattern-removed", UPCASTER)
    ),
    "a pattern becomes another": below_property(
        {"type": "string", "pattern": "^a"},
        {"type": "string", "pattern": "^[ab]"},
        ("/pattern", "pattern-changed", FORBIDDEN),
    ),
    "a text is read as encoded bytes": below_property(
        TEXT,
        {"type": "string", "contentEncoding": "base64"},
        ("/contentEncoding", "encoding-changed", FORBIDDEN),
    ),
    "an encoded text is read as it stands": of_property(
        {"type": "string", "contentEncoding": "base64"}, TEXT, ("encoding-changed", FORBIDDEN)
    ),
    "an encoded text keeps its encoding": below_property(
        {"type": "string", "contentEncoding": "base64", "minLength": 2},
        {"type": "string", "contentEncoding": "base64", "minLength": 1},
        ("/minLength", "limit-loosened", UPCASTER),
    ),
    "a text is read as a document": below_property(
        TEXT,
        {"type": "string", "contentMediaType": "application/json"},
        ("/contentMediaType", "encoding-changed", FORBIDDEN),
    ),
    "multiples of ten become multiples of five": below_property(
        {"type": "integer", "multipleOf": 10},
        {"type": "integer", "multipleOf": 5},
        ("/multipleOf", "limit-loosened", UPCASTER),
    ),
    "multiples of five become multiples of ten": below_property(
        {"type": "integer", "multipleOf": 5},
        {"type": "integer", "multipleOf": 10},
        ("/multipleOf", "limit-tightened", FORBIDDEN),
    ),
    "multiples are asked for": below_property(
        WHOLE,
        {"type": "integer", "multipleOf": 10},
        ("/multipleOf", "limit-tightened", FORBIDDEN),
    ),
    "multiples are no longer asked for": of_property(
        {"type": "integer", "multipleOf": 10}, WHOLE, ("limit-loosened", UPCASTER)
    ),
    "a limit of another type says nothing": of_property(TEXT, {"type": "string", "minimum": 3}),
    "no fewer than none is no limit": of_property(TEXT, {"type": "string", "minLength": 0}),
    "no fewer items than none is no limit": of_property(
        {"type": "array"}, {"type": "array", "minItems": 0, "uniqueItems": False}
    ),
    "no fewer properties than none is no limit": of_property(
        {"type": "object"}, {"type": "object", "minProperties": 0}
    ),
}


def _limits() -> Mapping[str, Change]:
    """Every limit raised, lowered, set and dropped."""
    types = {"Length": "string", "Items": "array", "Properties": "object"}
    found: dict[str, Change] = {}
    for keyword in (
        *("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"),
        *(f"{end}{what}" for end in ("min", "max") for what in types),
    ):
        kind = next((one for what, one in types.items() if keyword.endswith(what)), "integer")
        raised, lowered = ("limit-tightened", FORBIDDEN), ("limit-loosened", UPCASTER)
        if "max" in keyword.lower():
            raised, lowered = lowered, raised
        two, five = ({"type": kind, keyword: number} for number in (2, 5))
        none = {"type": kind}
        here = f"/{keyword}"
        found[f"{keyword} is raised"] = below_property(two, five, (here, *raised))
        found[f"{keyword} is lowered"] = below_property(five, two, (here, *lowered))
        set_, dropped = ("limit-tightened", FORBIDDEN), ("limit-loosened", UPCASTER)
        found[f"{keyword} is set"] = below_property(none, five, (here, *set_))
        found[f"{keyword} is dropped"] = of_property(five, none, dropped)
    bag, unlike = {"type": "array"}, {"type": "array", "uniqueItems": True}
    tightened = ("/uniqueItems", "limit-tightened", FORBIDDEN)
    found["items must differ"] = below_property(bag, unlike, tightened)
    found["items may repeat"] = of_property(unlike, bag, ("limit-loosened", UPCASTER))
    return found


OF_LIMITS = _limits()
