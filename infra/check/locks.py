"""Writes the hash-pinned requirement files from pyproject.toml; `make lock` runs this."""

import subprocess
import sys

from infra.local.places import ROOT

OPTIONS = (
    "--universal",
    "--generate-hashes",
    "--python-version=3.11",
    "--no-header",
    "--no-annotate",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--quiet",
)


def main() -> int:
    """Both files agree because the second is made under the first one's pins."""
    _compile("--output-file=requirements.txt")
    _compile("--extra=dev", "--constraint=requirements.txt", "--output-file=requirements-dev.txt")
    return 0


def _compile(*options: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", *OPTIONS, *options],
        cwd=ROOT,
        check=True,
    )


if __name__ == "__main__":
    sys.exit(main())
