"""What has changed about the single values of one type: lists, limits, formats, patterns."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from infra.check.evolution.kinds import Finding
from infra.check.evolution.schemas import Node, listed

# A larger number here admits fewer values; what is not said is counted as the number beside it.
LOWER: Mapping[str, float] = {
    "minimum": float("-inf"),
    "exclusiveMinimum": float("-inf"),
    "minLength": 0,
    "minItems": 0,
    "minProperties": 0,
    "uniqueItems": False,
}
# A smaller number here admits fewer values.
UPPER: Mapping[str, float] = dict.fromkeys(
    ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"), float("inf")
)
TEXTS = ("format", "pattern")
ENCODINGS = ("contentEncoding", "contentMediaType")


def value_changes(old: Node, new: Node) -> Iterator[Finding]:
    """Every finding about the values themselves, apart from what is inside them."""
    yield from _lists(old, new)
    yield from _limits(old, new)
    yield from _multiples(old, new)
    yield from _texts(old, new)
    for keyword in ENCODINGS:
        if (before := old.keyword(keyword)) != (after := new.keyword(keyword)):
            yield _found(new, keyword, "encoding-changed", f"{_say(before)} became {_say(after)}")


def _lists(old: Node, new: Node) -> Iterator[Finding]:
    before, after = listed(old), listed(new)
    if before is None and after is None:
        return
    if before is None or after is None:
        kind = "values-listed" if before is None else "values-unlisted"
        yield Finding(path=new.pointer, kind=kind, what="Listing the values one by one has changed")
        return
    gone = _without(before, after)
    come = _without(after, before)
    if gone and come and len(before) == len(after) == 1:
        what = f"{_say(before[0])} became {_say(after[0])}"
        yield Finding(path=new.pointer, kind="const-changed", what=what)
        return
    for value in gone:
        what = f"{_say(value)} is no longer listed"
        yield Finding(path=new.pointer, kind="enum-narrowed", what=what)
    for value in come:
        yield Finding(path=new.pointer, kind="enum-widened", what=f"{_say(value)} is listed")


def _without(values: list[Any], others: list[Any]) -> list[Any]:
    """By their JSON text, because Python takes `true` and 1 for the same."""
    known = {_say(one) for one in others}
    return [one for one in values if _say(one) not in known]


def _limits(old: Node, new: Node) -> Iterator[Finding]:
    for keyword, unsaid in {**LOWER, **UPPER}.items():
        before, after = old.keyword(keyword, unsaid), new.keyword(keyword, unsaid)
        if before == after:
            continue
        tightened = after > before if keyword in LOWER else after < before
        kind = "limit-tightened" if tightened else "limit-loosened"
        said = f"{keyword} {_said(old, keyword)} became {_said(new, keyword)}"
        yield _found(new, keyword, kind, said)


def _multiples(old: Node, new: Node) -> Iterator[Finding]:
    before, after = old.keyword("multipleOf"), new.keyword("multipleOf")
    if before == after:
        return
    loosened = after is None or (before is not None and before % after == 0)
    kind = "limit-loosened" if loosened else "limit-tightened"
    yield _found(new, "multipleOf", kind, f"multipleOf {_say(before)} became {_say(after)}")


def _texts(old: Node, new: Node) -> Iterator[Finding]:
    for keyword in TEXTS:
        match old.keyword(keyword), new.keyword(keyword):
            case None, None:
                continue
            case None, after:
                yield _found(new, keyword, f"{keyword}-added", f"{_say(after)} is asked for")
            case before, None:
                what = f"{_say(before)} is no longer asked for"
                yield Finding(path=new.pointer, kind=f"{keyword}-removed", what=what)
            case before, after if before != after:
                what = f"{_say(before)} became {_say(after)}"
                yield _found(new, keyword, f"{keyword}-changed", what)


def _found(new: Node, keyword: str, kind: str, what: str) -> Finding:
    """At the keyword where the new schema has it, else at the place it was said of."""
    said = new.keyword(keyword) is not None
    return Finding(path=f"{new.pointer}/{keyword}" if said else new.pointer, kind=kind, what=what)


def _said(node: Node, keyword: str) -> str:
    return _say(node.keyword(keyword)) if node.keyword(keyword) is not None else "unsaid"


def _say(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
