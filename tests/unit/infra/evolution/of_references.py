"""Changes behind references, of what is not understood, and of no consequence."""

from collections.abc import Mapping

from tests.unit.infra.evolution.change import (
    DAY,
    FORBIDDEN,
    NOT_UNDERSTOOD,
    NULL,
    OPEN_OR_DONE,
    SAFE,
    TEXT,
    UPCASTER,
    WHOLE,
    Change,
    Schema,
    either,
    of_property,
    referring,
    said,
    saying,
    tree,
)

OF_REFERENCES: Mapping[str, Change] = {
    "a definition used twice changes once": Change(
        old=referring(said(x=TEXT)),
        new=referring(said(x=DAY)),
        expected={("/$defs/Fact/properties/x/format", "format-added", FORBIDDEN)},
    ),
    "a definition has another name": Change(
        old=referring(said(x=TEXT)), new=referring(said(x=TEXT), "Statement"), expected=set()
    ),
    "a definition is written out": Change(
        old=referring(said(x=TEXT)),
        new=said(required=("a", "b"), a=said(x=TEXT), b=said(x=TEXT)),
        expected=set(),
    ),
    "a definition that nobody uses changes": Change(
        old={**said(a=TEXT), "$defs": {"X": TEXT}},
        new={**said(a=TEXT), "$defs": {"X": WHOLE}},
        expected=set(),
    ),
    "a definition that holds itself changes": Change(
        old=tree(said(x=TEXT)),
        new=tree(said(x=either(TEXT, NULL))),
        expected={("/$defs/Node/properties/x", "null-added", UPCASTER)},
    ),
    "two definitions that hold each other change": Change(
        old={
            "$ref": "#/$defs/A",
            "$defs": {"A": said(b={"$ref": "#/$defs/B"}), "B": said(a={"$ref": "#/$defs/A"})},
        },
        new={
            "$ref": "#/$defs/A",
            "$defs": {
                "A": said(b={"$ref": "#/$defs/B"}),
                "B": said(a={"$ref": "#/$defs/A"}, c=TEXT),
            },
        },
        expected={("/$defs/B/properties/c", "property-added", SAFE)},
    ),
    "the whole schema holds itself": Change(
        old=said(under={"$ref": "#"}),
        new=said(under={"$ref": "#"}, a=TEXT),
        expected={("/properties/a", "property-added", SAFE)},
    ),
    "a name with a slash and a tilde is pointed at": Change(
        old=saying({"a/b~c": {"$ref": "#/$defs/x~1y~0z"}}) | {"$defs": {"x/y~z": TEXT}},
        new=saying({"a/b~c": {"$ref": "#/$defs/x~1y~0z"}}) | {"$defs": {"x/y~z": WHOLE}},
        expected={("/properties/a~1b~0c", "type-replaced", FORBIDDEN)},
    ),
}

OF_THE_UNKNOWN: Mapping[str, Change] = {
    "an unknown keyword appears": of_property(TEXT, {**TEXT, "x-shape": 1}, NOT_UNDERSTOOD),
    "an unknown keyword disappears": of_property({**TEXT, "x-shape": 1}, TEXT, NOT_UNDERSTOOD),
    "something changes beside an unknown keyword": of_property(
        {**said(b=TEXT), "patternProperties": {"^x": TEXT}},
        {**said(b=TEXT, c=TEXT), "patternProperties": {"^x": TEXT}},
        NOT_UNDERSTOOD,
    ),
    "alternatives of which exactly one": of_property(
        {"oneOf": [TEXT, WHOLE]}, {"oneOf": [TEXT, WHOLE, NULL]}, NOT_UNDERSTOOD
    ),
    "a condition on the whole": of_property(TEXT, {"allOf": [TEXT, DAY]}, NOT_UNDERSTOOD),
    "a limit beside alternatives": of_property(
        either(TEXT, NULL), {**either(TEXT, NULL), "maxLength": 3}, NOT_UNDERSTOOD
    ),
    "a limit beside a reference": Change(
        old=referring(TEXT),
        new={**referring(TEXT), "properties": {"a": {"$ref": "#/$defs/Fact", "maxLength": 3}}},
        expected={
            ("/properties/a", *NOT_UNDERSTOOD),
            ("/properties/b", "type-widened", UPCASTER),
        },
    ),
    "a limit without a type": of_property(TEXT, {"maxLength": 3}, NOT_UNDERSTOOD),
    "an unknown type": of_property(TEXT, {"type": "text"}, NOT_UNDERSTOOD),
    "a reference to elsewhere": of_property(TEXT, {"$ref": "other.json"}, NOT_UNDERSTOOD),
    "a reference to nothing": of_property(TEXT, {"$ref": "#/$defs/X"}, NOT_UNDERSTOOD),
    "an optional reference to nothing": Change(
        old=said(a=TEXT),
        new=said(a={"$ref": "#/$defs/X"}),
        expected={("/properties/a", *NOT_UNDERSTOOD)},
    ),
    "something changes behind a reference beside an unknown keyword": Change(
        old={**referring(said(x=TEXT)), "x-shape": 1},
        new={**referring(said(x=TEXT, y=TEXT)), "x-shape": 1},
        expected={("", *NOT_UNDERSTOOD)},
    ),
    "a reference to itself": of_property(TEXT, {"$ref": "#/properties/a"}, NOT_UNDERSTOOD),
    "alternatives that hold themselves": of_property(
        TEXT, either({"$ref": "#/properties/a"}, TEXT), NOT_UNDERSTOOD
    ),
    "a constant beside a list": of_property(
        {"enum": ["a"]}, {"enum": ["a"], "const": "a"}, NOT_UNDERSTOOD
    ),
    "another dialect": Change(
        old=said(a=TEXT),
        new={**said(a=TEXT), "$schema": "http://json-schema.org/draft-07/schema#"},
        expected={("", *NOT_UNDERSTOOD)},
    ),
}

REMARKS = (
    *("title", "description", "$comment", "examples", "deprecated", "readOnly", "writeOnly"),
    "discriminator",
)
OTHERWISE_WRITTEN = (
    {"maxLength": 3, "type": "string"},
    {"type": "string", "maxLength": 3},
    {"minimum": 1, "type": "integer"},
)
WORDY: Schema = {
    **said(
        required=("a", "b"),
        a={"type": ["string", "null"]},
        b={"enum": [1, 2]},
        c={"type": "array", "prefixItems": [TEXT], "items": DAY},
        d={"type": "object", "additionalProperties": either(TEXT, WHOLE)},
        e={"$ref": "#/$defs/E"},
    ),
    "x-sealed": ["a", "b"],
    "$defs": {"E": TEXT},
}
REWORDED: Schema = {
    **said(
        required=("b", "a"),
        e={"title": "E", "$ref": "#/$defs/E"},
        d={"type": "object", "additionalProperties": either({**WHOLE, "title": "W"}, TEXT)},
        c={
            "type": "array",
            "prefixItems": [{**TEXT, "title": "P"}],
            "items": {**DAY, "title": "I"},
        },
        b={"enum": [2, 1], "title": "B"},
        a={"type": ["null", "string"]},
    ),
    "x-sealed": ["b", "a"],
    "$defs": {"E": {**TEXT, "title": "E"}},
}
OF_NO_CONSEQUENCE: Mapping[str, Change] = {
    "titles and descriptions change": Change(
        old={**said(a={**TEXT, "title": "A", "description": "old"}), "$id": "urn:x.v1"},
        new={**said(a={**TEXT, "examples": ["b"], "deprecated": True}), "$id": "urn:x.v2"},
        expected=set(),
    ),
    "every remark is made, and none was": Change(
        old=said(a=TEXT),
        new=said(a={**TEXT, **dict.fromkeys(REMARKS, "said since")}),
        expected=set(),
    ),
    "an unknown keyword stays while all else is told in other words": Change(
        old={**WORDY, "x-shape": 1},
        new={**REWORDED, "x-shape": 1},
        expected=set(),
    ),
    "all that is said has gone from beside an unknown keyword": Change(
        old={**WORDY, "x-shape": 1},
        new={"type": "object", "x-shape": 1},
        expected={("", *NOT_UNDERSTOOD)},
    ),
    "a property is called like a remark": Change(
        old=said(title=TEXT),
        new=said(title=WHOLE),
        expected={("/properties/title", "type-replaced", FORBIDDEN)},
    ),
    "the dialect is named": Change(
        old=said(a=TEXT),
        new={**said(a=TEXT), "$schema": "https://json-schema.org/draft/2020-12/schema"},
        expected=set(),
    ),
    "a property is renamed and an alternative is written the other way round": Change(
        old=said(a=either(OTHERWISE_WRITTEN[0], OTHERWISE_WRITTEN[2])),
        new=said(b=either(OTHERWISE_WRITTEN[1], OTHERWISE_WRITTEN[2])),
        expected={("/properties/b", "property-renamed", UPCASTER)},
    ),
    "a property is renamed and a listed object is written the other way round": Change(
        old=said(a={"enum": [{"x": 1, "z": 1}, {"y": 1}]}),
        new=said(b={"enum": [{"z": 1, "x": 1}, {"y": 1}]}),
        expected={("/properties/b", "property-renamed", UPCASTER)},
    ),
    "a property is renamed and its alternatives are written in another order": Change(
        old=said(a=either({"type": "string", "minLength": 1}, {"type": "string", "maxLength": 2})),
        new=said(b=either({"maxLength": 2, "type": "string"}, {"type": "string", "minLength": 1})),
        expected={("/properties/b", "property-renamed", UPCASTER)},
    ),
    "a property is renamed and its values and names are written in another order": Change(
        old=said(a=said(required=("x", "y"), x={"enum": [{"p": 1, "q": 2}, {"r": 3}]}, y=TEXT)),
        new=said(b=said(required=("y", "x"), x={"enum": [{"r": 3}, {"q": 2, "p": 1}]}, y=TEXT)),
        expected={("/properties/b", "property-renamed", UPCASTER)},
    ),
    "alternatives, values and required names stand in another order": Change(
        old=said(required=("a", "b"), a=either(TEXT, NULL), b=OPEN_OR_DONE),
        new=said(required=("b", "a"), b={"enum": ["done", "open"]}, a=either(NULL, TEXT)),
        expected=set(),
    ),
    "an unknown keyword stays as it was": of_property(
        {**TEXT, "x-shape": 1}, {"x-shape": 1, **TEXT, "description": "said since"}
    ),
}
