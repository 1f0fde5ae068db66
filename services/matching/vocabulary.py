"""The orders and trees of the shared vocabulary that matching compares by."""

from functools import cache
from pathlib import Path
from typing import Any

from events.sourcing.yaml_files import read_yaml_file
from services.matching.scoring.scales import Scales

CODES = Path(__file__).parents[2] / "data/vocabulary/codes"


@cache
def read_scales(folder: Path = CODES) -> Scales:
    """Degrees by rank from 0; every region with its line up to the country."""
    degrees = [entry["code"] for entry in _codes(folder / "degrees.yaml")]
    parents = {entry["code"]: entry.get("parent") for entry in _codes(folder / "regions.yaml")}
    return Scales(
        degrees={code: rank for rank, code in enumerate(degrees)},
        region_lines={code: _line(code, parents) for code in parents},
    )


def _codes(file: Path) -> list[dict[str, Any]]:
    codes: list[dict[str, Any]] = read_yaml_file(file)["codes"]
    return codes


def _line(code: str, parents: dict[str, str | None]) -> tuple[str, ...]:
    parent = parents[code]
    return (code,) if parent is None else (code, *_line(parent, parents))
