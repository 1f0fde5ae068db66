"""`make check`: every check, one after the other, with its seconds; all of them run in any case."""

import subprocess
import sys
import time
from collections.abc import Mapping

from infra.local.places import ROOT

CHECKS: Mapping[str, tuple[str, ...]] = {
    "format": ("ruff", "format", "--check", "--quiet", "."),
    "lint": ("ruff", "check", "--quiet", "."),
    "types": ("mypy",),
    "imports": ("infra.check.lint_imports",),
    "budgets": ("infra.check.budgets",),
    "spelling": ("codespell_lib",),
    "contracts": ("contracts", "check"),
    "evolution": ("infra.check.evolution", "check"),
}


def main() -> int:
    failed = [name for name, module in CHECKS.items() if not _passes(name, module)]
    if failed:
        print(f"failed: {', '.join(failed)}")
    return bool(failed)


def _passes(name: str, module: tuple[str, ...]) -> bool:
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", *module], cwd=ROOT, capture_output=True, text=True, check=False
    )
    seconds = time.monotonic() - began
    if done.returncode:
        print(done.stdout + done.stderr)
    print(f"{'✗' if done.returncode else '✓'} {name} ({seconds:.1f} s)", flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
