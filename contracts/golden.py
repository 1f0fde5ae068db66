"""A stored example of every stored name: written once when a name is new, never edited."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from contracts.sample import sample
from events.catalog.names import all_names
from infra.local.places import ROOT

GOLDEN = ROOT / "tests" / "contract" / "golden"


def missing() -> Mapping[Path, str]:
    """Examples for the names that have none yet."""
    wanted = {GOLDEN / f"{name}.json": shape for name, shape in all_names().items()}
    return {
        path: json.dumps(msgspec.to_builtins(sample(shape)), ensure_ascii=False, indent=2) + "\n"
        for path, shape in wanted.items()
        if not path.exists()
    }


def read(path: Path) -> tuple[str, bytes, Any]:
    """The stored name, the stored bytes (nothing sealed), and what they say."""
    stored = path.read_bytes()
    return path.stem, stored, json.loads(stored)
