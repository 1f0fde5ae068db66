"""What has changed about the properties of an object, and inside them."""

import json
from collections.abc import Callable, Iterator
from typing import TypeAlias

from infra.check.evolution.kinds import Finding
from infra.check.evolution.schemas import Node, NotUnderstood, resolve, same

Walk: TypeAlias = Callable[[Node, Node], Iterator[Finding]]

UNSAID = object()


def object_changes(old: Node, new: Node, walk: Walk) -> Iterator[Finding]:
    """Every finding about one object; `walk` compares what stands below."""
    renamed = _renamed(old, new)
    for was, now in renamed.items():
        what = f"{was} became {now}"
        yield Finding(path=_place(new, now), kind="property-renamed", what=what)
    for name in _names(old) - _names(new) - renamed.keys():
        yield _removed(old, name)
    for name in _names(new) - _names(old) - set(renamed.values()):
        yield _added(old, new, name)
        if _unlisted(old).value not in (True, False):
            yield from walk(_unlisted(old), _property(new, name))
    for name in _names(old) & _names(new):
        yield from _kept(old, new, name)
        yield from walk(_property(old, name), _property(new, name))
    yield from _closing(old, new, walk)
    yield from _sealing(old, new)


def _names(node: Node) -> set[str]:
    return {*node.keyword("properties", {}), *node.keyword("required", [])}


def _property(node: Node, name: str) -> Node:
    return node.child("properties", name)


def _place(node: Node, name: str) -> str:
    """Where the property is described, or at least asked for."""
    if name in node.keyword("properties", {}):
        return _property(node, name).pointer
    return f"{node.pointer}/required"


def _unlisted(node: Node) -> Node:
    """What a property may hold that is not listed."""
    return node.child("additionalProperties")


def _requires(node: Node, name: str) -> bool:
    return name in node.keyword("required", [])


def _renamed(old: Node, new: Node) -> dict[str, str]:
    """One property gone and one come that say the same, and no other that might be meant."""
    gone, come = _names(old) - _names(new), _names(new) - _names(old)
    alike = [(was, now) for was in gone for now in come if _alike(old, was, new, now)]
    return {
        was: now
        for was, now in alike
        if sum(one == was for one, _ in alike) == sum(one == now for _, one in alike) == 1
    }


def _alike(old: Node, was: str, new: Node, now: str) -> bool:
    return _requires(old, was) == _requires(new, now) and same(
        _property(old, was), _property(new, now)
    )


def _removed(old: Node, name: str) -> Finding:
    kind = "required-property-removed" if _requires(old, name) else "property-removed"
    return Finding(path=_place(old, name), kind=kind, what=f"{name} is gone")


def _added(old: Node, new: Node, name: str) -> Finding:
    if _requires(new, name):
        kind = "required-property-added"
    elif _unlisted(old).value is False:
        kind = "property-added-to-closed"
    else:
        kind = "property-added"
    return Finding(path=_place(new, name), kind=kind, what=f"{name} is new")


def _kept(old: Node, new: Node, name: str) -> Iterator[Finding]:
    path = _place(new, name)
    match _requires(old, name), _requires(new, name):
        case False, True:
            yield Finding(path=path, kind="became-required", what=f"{name} is required")
        case True, False:
            yield Finding(path=path, kind="became-optional", what=f"{name} may be absent")
        case False, False if _default(old, name) != _default(new, name):
            what = f"Another value stands for {name} where it is absent"
            yield Finding(path=path, kind="default-changed", what=what)


def _default(node: Node, name: str) -> str:
    """The text of what absence means, so that `true` and 1 differ."""
    here = _property(node, name)
    try:
        behind = resolve(here)
    except NotUnderstood:  # The comparison of the property says so.
        behind = here
    default = here.keyword("default", behind.keyword("default", UNSAID))
    return "" if default is UNSAID else json.dumps(default, sort_keys=True)


def _closing(old: Node, new: Node, walk: Walk) -> Iterator[Finding]:
    match _unlisted(old).value, _unlisted(new).value:
        case True, False:
            yield Finding(path=_unlisted(new).pointer, kind="closed", what="The object is closed")
        case False, True:
            yield Finding(path=new.pointer, kind="opened", what="The object is open")
        case _:
            yield from walk(_unlisted(old), _unlisted(new))


def _sealing(old: Node, new: Node) -> Iterator[Finding]:
    before, after = set(old.keyword("x-sealed", [])), set(new.keyword("x-sealed", []))
    kept = _names(old) & _names(new)
    for name in (after - before) & kept:
        yield Finding(path=_place(new, name), kind="sealed", what=f"{name} is sealed")
    for name in (before - after) & kept:
        what = f"{name} is no longer sealed"
        yield Finding(path=_place(new, name), kind="unsealed", what=what)
