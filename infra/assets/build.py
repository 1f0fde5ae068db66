"""Compiles and copies what the pages load into static/, with a manifest of digests."""

import base64
import hashlib
import json
import shutil
import sys
from pathlib import Path

from infra.assets.node import Node, find_node
from infra.assets.places import LOCK, MANIFEST, PACKAGES, ROOT, SCRIPTS, STATIC, STYLES

COPIED = {
    "htmx.js": PACKAGES / "htmx.org/dist/htmx.min.js",
    "htmx-csp.js": PACKAGES / "htmx.org/dist/ext/hx-csp.min.js",
    "htmx-sse.js": PACKAGES / "htmx.org/dist/ext/hx-sse.min.js",
    "uplot.js": PACKAGES / "uplot/dist/uPlot.iife.min.js",
    "uplot.css": PACKAGES / "uplot/dist/uPlot.min.css",
}


def build() -> None:
    """Builds again only when a source or the lock has changed."""
    sources = _digest_of_sources()
    if _built_from(MANIFEST) == sources:
        sys.stdout.write("static/ is up to date\n")
        return
    node = find_node()
    install_packages(node)
    shutil.rmtree(STATIC, ignore_errors=True)
    STATIC.mkdir()
    compile_styles(node)
    copy_scripts()
    write_manifest(sources)
    sys.stdout.write(f"static/ built with Node from {node.origin}\n")


def install_packages(node: Node) -> None:
    installed = PACKAGES / ".package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < LOCK.stat().st_mtime:
        node.run_npm(["ci", "--ignore-scripts"], folder=ROOT)


def compile_styles(node: Node) -> None:
    options = ["--load-path=node_modules", "--style=compressed", "--quiet-deps", "--no-source-map"]
    sass = str(PACKAGES / "sass/sass.js")
    pair = f"{STYLES / 'concord.scss'}:{STATIC / 'concord.css'}"
    node.run([sass, *options, pair], folder=ROOT)


def copy_scripts() -> None:
    own = {script.name: script for script in SCRIPTS.glob("*.js")}
    for name, source in (COPIED | own).items():
        # Maps are not served, and a script that names one makes the browser ask for it.
        text = source.read_text("utf-8").split("\n//# sourceMappingURL=")[0]
        (STATIC / name).write_text(text, "utf-8")


def write_manifest(sources: str) -> None:
    files = {file.name: integrity(file) for file in sorted(STATIC.iterdir())}
    MANIFEST.write_text(json.dumps({"sources": sources, "files": files}, indent=2), "utf-8")


def integrity(file: Path) -> str:
    """The digest in the form a page's `integrity` attribute wants."""
    return "sha384-" + base64.b64encode(hashlib.sha384(file.read_bytes()).digest()).decode()


def _digest_of_sources() -> str:
    digest = hashlib.sha256()
    for source in [LOCK, *_own_sources()]:
        digest.update(source.name.encode() + b"\0" + source.read_bytes())
    return digest.hexdigest()


def _own_sources() -> list[Path]:
    return sorted(
        [*STYLES.glob("*.scss"), *SCRIPTS.glob("*.js"), *Path(__file__).parent.glob("*.py")]
    )


def _built_from(manifest: Path) -> str | None:
    if not manifest.exists():
        return None
    built: str = json.loads(manifest.read_text("utf-8"))["sources"]
    return built
