"""Where the asset build reads and writes."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "package-lock.json"
PACKAGES = ROOT / "node_modules"
STATIC = ROOT / "static"
MANIFEST = STATIC / "manifest.json"
STYLES = Path(__file__).parent / "styles"
SCRIPTS = Path(__file__).parent / "scripts"
