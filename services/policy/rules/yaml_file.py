"""The one place that reads YAML: plain values only, each with its line, nothing clever."""

import hashlib
import re
from typing import Any

import yaml

from services.policy.rules.errors import FormatError, Mark
from services.policy.rules.reader import Document, Path, Plain

MOST_BYTES = 262_144
MOST_DEPTH = 40
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WHOLE = re.compile(r"-?(?:0|[1-9]\d*)")
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
"""What an escape can spell and neither UTF-8 nor a database can keep, or nobody can see."""
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})


def read_yaml(source: bytes | str, file: str, *, most_bytes: int = MOST_BYTES) -> Document:
    raw = source.encode() if isinstance(source, str) else source
    if len(raw) > most_bytes:
        raise _wrong(
            file, Mark(1, 1), "the file is too large", f"Keep it under {most_bytes} bytes."
        )
    text = _decoded(raw, file)
    try:
        _survey(text, file)
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        raise _unreadable(error, file) from None
    if root is None:
        raise _wrong(file, Mark(1, 1), "the file is empty", "Start from another policy file.")
    marks: dict[Path, Mark] = {}
    value = _value(root, (), marks, file)
    return Document(file, value, marks, hashlib.sha256(raw).hexdigest())


def _decoded(raw: bytes, file: str) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - (raw.rfind(b"\n", 0, error.start) + 1) + 1
        raise _wrong(
            file, Mark(line, column), "the text is not UTF-8", "Save the file as UTF-8."
        ) from None


def _survey(text: str, file: str) -> None:
    """Refuse what could explode or run before anything is built."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        mark = _mark(event.start_mark)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _wrong(file, mark, "anchors and aliases are not read", "Write the value out.")
        if getattr(event, "tag", None):
            raise _wrong(file, mark, "tags are not read", "Remove the word with `!`.")
        if isinstance(event, yaml.ScalarEvent) and _UNWRITABLE.search(event.value):
            raise _wrong(file, mark, "a character nobody can see", "Remove its escape.")
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > MOST_DEPTH:
            raise _wrong(file, mark, "nested too deeply", f"Stay within {MOST_DEPTH} levels.")


def _value(node: yaml.Node, path: Path, marks: dict[Path, Mark], file: str) -> Plain:
    marks[path] = _mark(node.start_mark)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, marks, file)
    if isinstance(node, yaml.SequenceNode):
        return [_value(each, (*path, i), marks, file) for i, each in enumerate(node.value)]
    return _scalar(node, marks[path], file)


def _mapping(
    node: yaml.MappingNode, path: Path, marks: dict[Path, Mark], file: str
) -> dict[str, Plain]:
    found: dict[str, Plain] = {}
    for key, value in node.value:
        mark = _mark(key.start_mark)
        if not isinstance(key, yaml.ScalarNode):
            raise _wrong(file, mark, "a key must be a word", "Write `word: value`.")
        if key.value in found:
            raise _wrong(file, mark, f"the key '{key.value}' stands twice", "Keep one of them.")
        found[key.value] = _value(value, (*path, key.value), marks, file)
    return found


def _scalar(node: Any, mark: Mark, file: str) -> Plain:
    text = str(node.value)
    if node.style:  # quoted or a block: text whatever it looks like
        return text
    if text in _NOTHING:
        raise _wrong(file, mark, "there is no value", "Write one, or `not_seen`, or drop the key.")
    if text in ("true", "false"):
        return text == "true"
    return int(text) if _WHOLE.fullmatch(text) else text


def _unreadable(error: yaml.YAMLError, file: str) -> FormatError:
    mark = _mark(getattr(error, "problem_mark", None))
    problem = getattr(error, "problem", None) or "this is not YAML"
    return _wrong(file, mark, str(problem), "Check indentation, colons and quotes on this line.")


def _mark(at: Any) -> Mark:
    return Mark(1, 1) if at is None else Mark(at.line + 1, at.column + 1)


def _wrong(file: str, mark: Mark, problem: str, remedy: str) -> FormatError:
    return FormatError(file=file, mark=mark, path="(whole file)", problem=problem, remedy=remedy)
