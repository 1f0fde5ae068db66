"""Every kind of change gets the verdict that serves old records and old consumers."""

from typing import Any

import pytest

from infra.check.evolution.compare import compare
from infra.check.evolution.kinds import RULES, Fails, Verdict
from tests.unit.infra.evolution.change import TEXT, Change, said
from tests.unit.infra.evolution.changes import CHANGES

WIDER = "A whole number became any number"
NARROWER = "Any number became a whole number"


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_change_gets_its_verdict_and_its_place(change: Change) -> None:
    found = compare(change.old, change.new)
    assert {(one.path, one.kind, one.verdict.value) for one in found} == change.expected


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_finding_points_at_a_place_that_exists(change: Change) -> None:
    for finding in compare(change.old, change.new):
        places = [_at(schema, finding.path) for schema in (change.new, change.old)]
        assert places != [None, None]


def test_every_rule_has_an_example() -> None:
    shown = {kind for change in CHANGES.values() for _, kind, _ in change.expected}
    assert shown == RULES.keys()


def test_every_rule_says_whom_a_change_fails_and_why() -> None:
    for rule in RULES.values():
        assert rule.fails in Fails
        assert len(rule.because.split()) > 2


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_finding_says_what_has_changed(change: Change) -> None:
    for finding in compare(change.old, change.new):
        assert len(finding.what.split()) > 1


def test_only_what_fails_nobody_is_safe() -> None:
    for rule in RULES.values():
        assert (rule.verdict is Verdict.SAFE) == (rule.fails is Fails.NOBODY)


def test_a_finding_is_told_in_one_sentence_with_its_reason() -> None:
    (finding,) = compare(said(a=TEXT), said(a=TEXT, b=TEXT))
    assert str(finding) == (
        "/properties/b: property-added (safe): b is new: "
        "old events go without it and old consumers ignore what they do not know."
    )


@pytest.mark.parametrize(
    ("strange", "named"),
    [
        ({**TEXT, "x-shape": 1}, "x-shape"),
        ({"maxLength": 3}, "maxLength without a type"),
        ({"type": "text"}, "type text"),
        ({"$ref": "other.json"}, "$ref"),
        ({"$ref": "#/$defs/X"}, "$ref"),
        ({"$ref": "#", "maxLength": 3}, "$ref"),
        ({"anyOf": [TEXT], "maxLength": 3}, "anyOf"),
        ({"enum": [1], "const": 1}, "const beside enum"),
    ],
)
def test_what_is_not_understood_is_named(strange: Any, named: str) -> None:
    (finding,) = compare(said(a=TEXT), said(a=strange))
    assert finding.what == f"{named} is said here"
    assert "not understood" in finding.sentence


def test_a_dialect_that_is_not_understood_is_named_even_if_it_stays() -> None:
    schema = {**said(a=TEXT), "$schema": "urn:another"}
    (finding,) = compare(schema, schema)
    assert finding.what == "$schema is said here"


def test_a_limit_and_a_value_are_told_as_they_were_written() -> None:
    old, new = {**TEXT, "minLength": 1}, {**TEXT, "minLength": 3, "maxLength": 9}
    told = [finding.what for finding in compare(said(a=old), said(a=new))]
    assert told == ["maxLength unsaid became 9", "minLength 1 became 3"]
    (finding,) = compare(said(a={"enum": ["x"]}), said(a={"enum": ["x", "人才"]}))
    assert finding.what == '"人才" is listed'


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"format": "date"}, {"format": "time"}, '"date" became "time"'),
        ({"format": "date"}, {}, '"date" is no longer asked for'),
        ({}, {"pattern": "^a$"}, '"^a$" is asked for'),
        ({"pattern": "^a$"}, {"pattern": "^b$"}, '"^a$" became "^b$"'),
        ({"contentEncoding": "base64"}, {"contentEncoding": "base32"}, '"base64" became "base32"'),
        ({"const": "a"}, {"const": "b"}, '"a" became "b"'),
        ({"enum": ["a", "b"]}, {"enum": ["a"]}, '"b" is no longer listed'),
        ({}, {"enum": ["a"]}, "Listing the values one by one has changed"),
    ],
)
def test_what_was_and_what_is_are_told_in_their_order(
    before: dict[str, Any], after: dict[str, Any], told: str
) -> None:
    (finding,) = compare(said(a={**TEXT, **before}), said(a={**TEXT, **after}))
    assert finding.what == told


def test_multiples_are_told_as_they_were_and_as_they_are() -> None:
    old, new = {"type": "integer", "multipleOf": 5}, {"type": "integer", "multipleOf": 10}
    (finding,) = compare(said(a=old), said(a=new))
    assert finding.what == "multipleOf 5 became 10"


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (said(a=TEXT), said(b=TEXT), "a became b"),
        (said(a=TEXT), said(), "a is gone"),
        (said(a=TEXT), said(a=TEXT, required=("a",)), "a is required"),
        (said(a=TEXT, required=("a",)), said(a=TEXT), "a may be absent"),
        (
            said(a={**TEXT, "default": "x"}),
            said(a={**TEXT, "default": "y"}),
            "Another value stands for a where it is absent",
        ),
        (said(a=TEXT), {**said(a=TEXT), "x-sealed": ["a"]}, "a is sealed"),
        ({**said(a=TEXT), "x-sealed": ["a"]}, said(a=TEXT), "a is no longer sealed"),
        (said(a=TEXT), {**said(a=TEXT), "additionalProperties": False}, "The object is closed"),
        ({**said(a=TEXT), "additionalProperties": False}, said(a=TEXT), "The object is open"),
        (said(a=TEXT), said(a={"type": "boolean"}), "string became boolean"),
        (said(a=TEXT), said(a={"type": ["string", "null"]}), "Null may stand here"),
        (said(a={"type": ["string", "null"]}), said(a=TEXT), "Null may no longer stand here"),
        (said(a=TEXT), said(a={"type": ["string", "integer"]}), "Another integer may stand here"),
        (
            said(a={"type": ["string", "integer"]}),
            said(a=TEXT),
            "No integer as before may stand here",
        ),
        (said(a={"type": "integer"}), said(a={"type": "number"}), WIDER),
        (said(a={"type": "number"}), said(a={"type": "integer"}), NARROWER),
        (said(a={}), said(a=TEXT), "No longer may anything stand here"),
        (said(a=TEXT), said(a={}), "Anything may stand here"),
    ],
)
def test_each_change_is_told_in_words(
    before: dict[str, Any], after: dict[str, Any], told: str
) -> None:
    (finding,) = compare(before, after)
    assert finding.what == told


def test_a_change_of_the_whole_schema_is_told_at_its_root() -> None:
    for before, after in ((TEXT, True), (TEXT, False)):
        (finding,) = compare(before, after)
        assert finding.path == ""
        assert str(finding).startswith("/: type-")


def test_a_schema_may_be_a_mere_yes_or_no() -> None:
    assert compare(True, True) == []
    assert [one.kind for one in compare(True, TEXT)] == ["type-narrowed"]
    assert [one.kind for one in compare(False, TEXT)] == ["type-widened"]
    assert [one.kind for one in compare(TEXT, False)] == ["type-narrowed"]
    assert [one.kind for one in compare(TEXT, True)] == ["type-widened"]


def _at(schema: Any, pointer: str) -> Any:
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        try:
            schema = schema[int(key)] if isinstance(schema, list) else schema[key]
        except (KeyError, IndexError, TypeError):
            return None
    return schema
