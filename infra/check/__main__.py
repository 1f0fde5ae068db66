"""`make check`: every check, each with its seconds; all of them run in any case."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

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
    """As many at once as there are processors, since none asks for what another one does."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        passed = dict(zip(CHECKS, pool.map(_passes, CHECKS, CHECKS.values()), strict=True))
    failed = [name for name, passes in passed.items() if not passes]
    if failed:
        print(f"failed: {', '.join(failed)}")
    return bool(failed)


def _passes(name: str, module: tuple[str, ...]) -> bool:
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", *module], cwd=ROOT, capture_output=True, text=True, check=False
    )
    seconds = time.monotonic() - began
    said = f"{done.stdout}{done.stderr}\n" if done.returncode else ""
    print(f"{said}{'✗' if done.returncode else '✓'} {name} ({seconds:.1f} s)\n", end="", flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
