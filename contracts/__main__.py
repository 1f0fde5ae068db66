"""`python -m contracts write|check`: what we promise others, written from the code or compared."""

import argparse
import json
import sys
import warnings
from collections.abc import Mapping
from pathlib import Path

from contracts import channels, golden
from contracts.doors import openapis
from contracts.handed_out import feed_text, handed_out_schemas
from contracts.schemas import schemas
from contracts.tool import tool_schema
from infra.local.places import ROOT

HERE = ROOT / "contracts"
GENERATED = (
    "events/*.json",
    "openapi/*.json",
    "asyncapi.yaml",
    "policy-tool.schema.json",
    "feed/**/*.json",
    "feed/*.yaml",
)


def documents() -> Mapping[Path, str]:
    """Every contract as it should stand; the same code gives the same bytes."""
    with warnings.catch_warnings():
        # FastAPI remarks on operations that two routers of one service name alike.
        warnings.simplefilter("ignore")
        doors = openapis()
    listed = handed_out_schemas()
    return {
        **{HERE / "events" / f"{name}.json": _json(one) for name, one in schemas().items()},
        **{HERE / "openapi" / f"{name}.json": _json(one) for name, one in doors.items()},
        HERE / "asyncapi.yaml": channels.text(),
        HERE / "policy-tool.schema.json": _json(tool_schema()),
        **{HERE / "feed/schemas" / f"{name}.json": _json(one) for name, one in listed.items()},
        HERE / "feed/asyncapi.yaml": feed_text(),
    }


def write() -> int:
    """Bring every contract up to date; examples of new names are added, none is changed."""
    wanted = documents()
    for path in _standing() - wanted.keys():
        path.unlink()
    for path, text in {**wanted, **golden.missing()}.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    print(f"{len(wanted)} contracts written")
    return 0


def check(wanted: Mapping[Path, str]) -> int:
    """Name every contract that differs from what the code says."""
    wrong = {path for path, text in wanted.items() if _text(path) != text}
    wrong |= _standing() - wanted.keys()
    wrong |= golden.missing().keys()
    for path in sorted(wrong):
        print(f"differs from the code: {path.relative_to(ROOT)}")
    if wrong:
        print("run `make contracts`, look at what changed, and tell the integrators")
    return 1 if wrong else 0


def _standing() -> set[Path]:
    return {path for pattern in GENERATED for path in HERE.glob(pattern)}


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


def _json(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m contracts", description=__doc__)
    parser.add_argument("command", choices=["write", "check"])
    return write() if parser.parse_args().command == "write" else check(documents())


if __name__ == "__main__":
    sys.exit(main())
