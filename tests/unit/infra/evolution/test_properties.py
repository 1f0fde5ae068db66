"""What holds for any two schemas, whatever they say."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from infra.check.evolution.compare import compare
from infra.check.evolution.kinds import Verdict
from tests.unit.infra.evolution.change import saying

LEAVES: tuple[tuple[Any, ...], ...] = (
    ({"enum": ["x", "y"]}, {"enum": ["x"]}, {"const": "y"}, {"enum": ["y", None]}),
    ({"type": "string"}, {"type": "string", "maxLength": 2}, {"type": "string", "minLength": 2}),
    ({"type": "integer"}, {"type": "integer", "maximum": 1}, {"type": "number"}, {"enum": [1, 2]}),
    ({"type": "integer"}, {"type": ["integer", "null"]}),
    ({"type": "integer"}, {"type": ["integer", "string"]}),
    ({"type": "null"}, {"type": ["integer", "null"]}, {"type": ["string", "null"]}),
)
WRAPPERS: Mapping[str, Callable[[Any], Any]] = {
    "items of a list": lambda inside: {"type": "array", "items": inside},
    "values of a map": lambda inside: {"type": "object", "additionalProperties": inside},
    "part of another": lambda inside: saying({"part": inside}, "part"),
    "perhaps absent": lambda inside: saying({"part": inside}),
    "or null": lambda inside: {"anyOf": [inside, {"type": "null"}]},
    "or an object": lambda inside: {"anyOf": [saying({"part": inside}, "part"), inside]},
}
Names: TypeAlias = tuple[str, ...]
SAID: Sequence[tuple[Names, Names]] = [
    (there, required)
    for there in ((), ("b",), ("b", "c"))
    for required in (("a",), ("a", *there), ())
]
"""Which parts an event may have besides the first, and which it must have."""

PLACES = tuple(st.integers(0, size - 1) for size in range(1, 10))
"""Made once: a strategy made for each draw takes longer than all that is drawn from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Two schemas, and one event written by each of them."""

    old: Any
    new: Any
    record: Any
    event: Any


def one_of(draw: st.DrawFn, choices: Sequence[Any]) -> Any:
    return choices[draw(PLACES[len(choices) - 1])]


@st.composite
def neighbours(draw: st.DrawFn) -> tuple[Any, Any]:
    """Two events alike: their inmost values, what is there and what is required may differ."""
    inside = one_of(draw, LEAVES)
    before, after = one_of(draw, inside), one_of(draw, inside)
    for _ in range(one_of(draw, (0, 1, 2))):
        wrapper = WRAPPERS[one_of(draw, sorted(WRAPPERS))]
        before, after = wrapper(before), wrapper(after)
    more = {name: one_of(draw, one_of(draw, LEAVES)) for name in ("b", "c")}
    said = one_of(draw, SAID)
    says = said if draw(st.booleans()) else one_of(draw, SAID)
    return _event(before, more, *said), _event(after, more, *says)


def _event(inside: Any, more: Mapping[str, Any], there: Names, required: Names) -> Any:
    referring = {"a": {"$ref": "#/$defs/X"}, **{name: more[name] for name in there}}
    return {**saying(referring, *required), "$defs": {"X": inside}}


def written(draw: st.DrawFn, schema: Any, whole: Any) -> Any:
    """An event as a dataclass writes it: nothing that its schema does not list."""
    if "$ref" in schema:
        return written(draw, whole["$defs"]["X"], whole)
    if "anyOf" in schema:
        return written(draw, one_of(draw, schema["anyOf"]), whole)
    if "enum" in schema or "const" in schema:
        return one_of(draw, schema.get("enum", [schema.get("const")]))
    kind = schema["type"]
    match one_of(draw, kind) if isinstance(kind, list) else kind:
        case "object":
            return _written_object(draw, schema, whole)
        case "array":
            return [written(draw, schema["items"], whole)]
        case "string":
            return "z" * draw(st.integers(schema.get("minLength", 0), schema.get("maxLength", 4)))
        case "integer":
            return draw(st.integers(-1, schema.get("maximum", 5)))
        case "number":
            return one_of(draw, (0.5, 7))
        case _:
            return None


def _written_object(draw: st.DrawFn, schema: Any, whole: Any) -> Any:
    listed = dict(schema.get("properties", {}))
    if "additionalProperties" in schema:
        listed["key"] = schema["additionalProperties"]
    required = schema.get("required", [])
    said = [name for name in listed if name in required or draw(st.booleans())]
    return {name: written(draw, listed[name], whole) for name in said}


@st.composite
def stories(draw: st.DrawFn) -> Story:
    old, new = draw(neighbours())
    return Story(old=old, new=new, record=written(draw, old, old), event=written(draw, new, new))


def waved_through(story: Story, *excused: str) -> bool:
    """The checker has no objection, apart from what it is told to excuse."""
    findings = compare(story.old, story.new)
    return all(one.verdict is Verdict.SAFE or one.kind in excused for one in findings)


def serves(story: Story) -> bool:
    """New code reads the old record, and the old consumer the new event."""
    by_new_code, by_old_consumer = Draft202012Validator(story.new), Draft202012Validator(story.old)
    return by_new_code.is_valid(story.record) and by_old_consumer.is_valid(story.event)


def backwards(value: Any) -> Any:
    """The same document with every key in the other order."""
    if isinstance(value, dict):
        return {key: backwards(value[key]) for key in reversed(value)}
    return [backwards(one) for one in value] if isinstance(value, list) else value


@given(pair=neighbours(), strange=st.sampled_from([{}, {"patternProperties": {"^x": {}}}]))
def test_a_schema_compared_with_itself_has_not_changed(pair: Any, strange: Any) -> None:
    schema = {**pair[0], **strange}
    assert compare(schema, json.loads(json.dumps(schema))) == []


@given(neighbours())
def test_the_order_of_keys_says_nothing(pair: tuple[Any, Any]) -> None:
    old, new = pair
    assert compare(backwards(old), backwards(new)) == compare(old, new)
    assert compare(old, backwards(old)) == []


@given(pair=neighbours(), unknown=st.sampled_from(["x-shape", "if", "unevaluatedProperties"]))
def test_nothing_unknown_comes_or_goes_as_safe(pair: tuple[Any, Any], unknown: str) -> None:
    old, new = pair
    for before, after in ((old, {**new, unknown: {}}), ({**old, unknown: {}}, new)):
        assert "not-understood" in {finding.kind for finding in compare(before, after)}


@settings(max_examples=500)
@given(stories())
def test_what_is_called_safe_serves_the_old_record_and_the_old_consumer(story: Story) -> None:
    if waved_through(story):
        assert serves(story)


@pytest.mark.parametrize(
    "kind",
    [
        "became-optional",
        "became-required",
        "enum-narrowed",
        "enum-widened",
        "limit-loosened",
        "limit-tightened",
        "null-added",
        "required-property-added",
        "required-property-removed",
        "type-narrowed",
        "type-widened",
    ],
)
def test_a_checker_that_overlooked_a_kind_would_be_caught(kind: str) -> None:
    caught = find(
        stories(),
        lambda story: waved_through(story, kind) and not serves(story),
        settings=settings(max_examples=5_000, derandomize=True, phases=[Phase.generate]),
    )
    assert kind in {finding.kind for finding in compare(caught.old, caught.new)}
