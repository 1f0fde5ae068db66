"""Runs import-linter on the current folder's tree, with the contracts of its pyproject.toml."""

import sys
from pathlib import Path

from importlinter.cli import lint_imports


def main() -> int:
    sys.path.insert(0, str(Path.cwd()))
    return int(lint_imports(no_cache=True, no_logo=True))


if __name__ == "__main__":
    sys.exit(main())
