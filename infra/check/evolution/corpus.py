"""Every shape ever released and a sample of each name: added to, never edited, never removed.

`contracts/released/VIEW/NAME.shape-N.json` is the Nth shape published under one stored name; the
samples are those of `tests/contract/golden`. `contracts/released/digests.txt` holds one line for
each file, so that an edit shows; who edits a line as well edits what a reviewer reads as "never".
A shape that has not left its author's working tree was not released: it may be deleted with its
line.
"""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

Released: TypeAlias = Mapping[str, Sequence[Mapping[str, Any]]]
"""The shapes by `VIEW/NAME`, the oldest first."""

SHAPES = Path("contracts/released")
SAMPLES = Path("tests/contract/golden")
DIGESTS = SHAPES / "digests.txt"
_FILE = re.compile(r"(?P<name>.+)\.shape-(?P<number>[0-9]+)\.json")


def released(root: Path) -> Released:
    """Every shape below a folder of the repository's layout."""
    found: dict[str, dict[int, Any]] = defaultdict(dict)
    for path in sorted((root / SHAPES).glob("*/*.json")):
        if said := _FILE.fullmatch(path.name):
            key = f"{path.parent.name}/{said['name']}"
            found[key][int(said["number"])] = json.loads(path.read_text(encoding="utf-8"))
    return {key: [one for _, one in sorted(numbered.items())] for key, numbered in found.items()}


def altered(root: Path) -> Iterator[str]:
    """Names each file that was edited, removed, or never entered."""
    known = _digests(root)
    files = _files(root)
    for name in sorted(known.keys() - files.keys()):
        yield f"{name}: was released and has been removed; bring it back"
    for name in sorted(files.keys() & known.keys()):
        if _digest(files[name]) != known[name]:
            yield f"{name}: was released and has been edited; a released file is never edited"
    for name in sorted(files.keys() - known.keys()):
        yield f"{name}: is not entered in {DIGESTS}"


def add(root: Path, shapes: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Release further shapes, each behind those its name has, and enter what is not entered."""
    standing = released(root)
    for key, shape in shapes.items():
        path = root / SHAPES / f"{key}.shape-{len(standing.get(key, ())) + 1}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(shape, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
        path.write_text(text, encoding="utf-8")
    return _enter(root)


def _enter(root: Path) -> list[str]:
    """Only ever adds lines."""
    known, files = _digests(root), _files(root)
    fresh = sorted(files.keys() - known.keys())
    with (root / DIGESTS).open("a", encoding="utf-8") as lines:
        lines.writelines(f"{_digest(files[name])}  {name}\n" for name in fresh)
    return fresh


def _files(root: Path) -> Mapping[str, Path]:
    paths: Iterable[Path] = [*(root / SHAPES).glob("*/*.json"), *(root / SAMPLES).glob("*.json")]
    return {path.relative_to(root).as_posix(): path for path in paths}


def _digests(root: Path) -> Mapping[str, str]:
    """The first line for a file counts, so that a second one excuses no edit."""
    path = root / DIGESTS
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    known: dict[str, str] = {}
    for digest, _, name in (line.partition("  ") for line in lines):
        known.setdefault(name, digest)
    return known


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
