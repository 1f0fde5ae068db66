"""Judges the shapes of the code against every shape that was ever released."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from infra.check.evolution.compare import compare
from infra.check.evolution.corpus import Released
from infra.check.evolution.kinds import Finding, Verdict

Shapes: TypeAlias = Mapping[str, Mapping[str, Any]]
Unlifted: TypeAlias = Callable[[str], Iterable[str]]
"""For a stored name, what is wrong with reading it by way of an upcaster; nothing if it is read."""

_VERSION = re.compile(r"(?P<stem>.+)\.v(?P<number>[1-9][0-9]*)(?P<state>\.state)?")


def problems(shapes: Shapes, standing: Released, unlifted: Unlifted) -> Iterator[str]:
    """Whatever keeps an old record or an old consumer from being served, one line for each."""
    for key, shape in sorted(shapes.items()):
        yield from _under_one_name(key, shape, standing)
        yield from _after_the_version_before(key, shape, standing)
    for key in sorted(_withdrawn(shapes, standing)):
        yield f"{key}: was released and is no longer published, and old consumers rely on it"
    yield from _not_lifted(shapes, standing, unlifted)


def to_release(shapes: Shapes, standing: Released) -> Shapes:
    """The shapes that are new, or differ safely from the newest of their name."""
    return {
        key: shape
        for key, shape in shapes.items()
        if key not in standing
        or (compare(standing[key][-1], shape) and not list(_broken(key, shape, standing)))
    }


def _under_one_name(key: str, shape: Mapping[str, Any], standing: Released) -> Iterator[str]:
    broken = list(_broken(key, shape, standing))
    for finding in broken:
        yield f"{key}{finding} Released shapes stay: give the new one a new version name."
    if not broken and key in to_release({key: shape}, standing):
        yield f"{key}: is not released yet; `python -m infra.check.evolution release`"


def _broken(key: str, shape: Mapping[str, Any], standing: Released) -> Iterator[Finding]:
    """Against every shape of the name: what was safe twice in a row need not be safe together."""
    found = {one: None for old in standing.get(key, ()) for one in compare(old, shape)}
    return (one for one in found if one.verdict is not Verdict.SAFE)


def _after_the_version_before(
    key: str, shape: Mapping[str, Any], standing: Released
) -> Iterator[str]:
    before = version_before(key)
    if before is None:
        return
    if before not in standing:
        yield f"{key}: there is no {before} for it to follow"
    for finding in _found_since(before, shape, standing):
        if finding.verdict is Verdict.FORBIDDEN:
            yield f"{key}{finding} It cannot follow {before}: name another event."


def _found_since(before: str, shape: Mapping[str, Any], standing: Released) -> Iterator[Finding]:
    found = {one: None for old in standing.get(before, ()) for one in compare(old, shape)}
    return iter(found)


def _withdrawn(shapes: Shapes, standing: Released) -> set[str]:
    """What is no longer said of a name that the catalog still has."""
    names = {_name(key) for key in shapes}
    return {key for key in standing.keys() - shapes.keys() if _name(key) in names}


def _not_lifted(shapes: Shapes, standing: Released, unlifted: Unlifted) -> Iterator[str]:
    """An upcaster is asked for where a version differs, and where a name has left the catalog."""
    for name in sorted({_name(key) for key in _need_upcaster(shapes, standing)}):
        for wrong in unlifted(name):
            yield f"{name}: needs an upcaster: {wrong}"


def _need_upcaster(shapes: Shapes, standing: Released) -> Iterator[str]:
    yield from standing.keys() - shapes.keys() - _withdrawn(shapes, standing)
    for key, shape in shapes.items():
        before = version_before(key)
        if before is not None and any(
            finding.verdict is Verdict.UPCASTER for finding in _found_since(before, shape, standing)
        ):
            yield before


def version_before(key: str) -> str | None:
    """The same event one version earlier; the first version has none."""
    said = _VERSION.fullmatch(key)
    if said is None or said["number"] == "1":
        return None
    return f"{said['stem']}.v{int(said['number']) - 1}{said['state'] or ''}"


def _name(key: str) -> str:
    """The stored name behind a view of it."""
    return key.partition("/")[2].removesuffix(".state")
