"""The image builds the pages' assets before any package is installed."""

import os
import subprocess
import sys
from pathlib import Path

from infra.local.places import ROOT


def run(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """`-I -S`: nothing but the standard library, as in the image's assets stage."""
    start = f"import sys; sys.path.insert(0, {str(ROOT)!r}); sys.argv[1:] = {list(words)!r}; "
    start += "import runpy; runpy.run_module('infra.assets', run_name='__main__', alter_sys=False)"
    return subprocess.run(
        [sys.executable, "-I", "-S", "-c", start],
        cwd=folder,
        env={"PATH": os.environ.get("PATH", os.defpath)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_asset_build_needs_no_package_to_be_installed(tmp_path: Path) -> None:
    ended = run("nothing-like-it", folder=tmp_path)
    assert "ModuleNotFoundError" not in ended.stderr
    assert "say build, lock or wording" in ended.stderr
