"""Renews package-lock.json and takes every host name out of it, so that any mirror can serve it."""

import json
import sys
from pathlib import Path
from typing import Any

from infra.assets.node import find_node
from infra.assets.places import LOCK, ROOT

# npm writes `funding` (and, unless .npmrc forbids it, `resolved`) with addresses of other hosts;
# `integrity` alone decides whether a package is the right one.
NOT_NEEDED = ("funding", "resolved")


def renew_lock() -> None:
    find_node().run_npm(["install", "--package-lock-only", "--ignore-scripts"], folder=ROOT)
    strip_hosts(LOCK)
    sys.stdout.write(f"{LOCK.name}: {len(_packages(LOCK))} entries, no host named\n")


def strip_hosts(lock: Path) -> None:
    content = json.loads(lock.read_text("utf-8"))
    for package in content["packages"].values():
        for name in NOT_NEEDED:
            package.pop(name, None)
    lock.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", "utf-8")


def _packages(lock: Path) -> dict[str, Any]:
    packages: dict[str, Any] = json.loads(lock.read_text("utf-8"))["packages"]
    return packages
