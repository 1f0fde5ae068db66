"""`python -m infra.check.evolution check|release|compare`: what was published stays readable."""

import argparse
import json
import sys
from pathlib import Path

from infra.check.evolution import corpus
from infra.check.evolution.compare import compare
from infra.check.evolution.history import Shapes, Unlifted, problems, to_release
from infra.check.evolution.kinds import Verdict
from infra.check.evolution.shapes import shapes
from infra.check.evolution.upcasters import unlifted
from infra.local.places import ROOT


def check(root: Path, standing: Shapes, lifting: Unlifted) -> int:
    """Name every released file that was touched and every change that fails somebody."""
    found = [*corpus.altered(root), *problems(standing, corpus.released(root), lifting)]
    for line in found:
        print(line)
    return 1 if found else 0


def release(root: Path, standing: Shapes) -> int:
    """Add what is new or differs safely; what may not change is left to `check`."""
    for name in corpus.add(root, to_release(standing, corpus.released(root))):
        print(f"released: {name}")
    return 0


def say(old: Path, new: Path) -> int:
    """Print every change between two schema files."""
    findings = compare(*(json.loads(path.read_text(encoding="utf-8")) for path in (old, new)))
    for finding in findings:
        print(finding)
    return any(finding.verdict is not Verdict.SAFE for finding in findings)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.check.evolution", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("check", help="compare the code with everything released")
    commands.add_parser("release", help="add new shapes and samples to what is released")
    two = commands.add_parser("compare", help="say what changed between two schema files")
    two.add_argument("old", type=Path)
    two.add_argument("new", type=Path)
    asked = parser.parse_args()
    match asked.command:
        case "check":
            return check(ROOT, shapes(), unlifted)
        case "release":
            return release(ROOT, shapes())
        case _:
            return say(asked.old, asked.new)


if __name__ == "__main__":
    sys.exit(main())
