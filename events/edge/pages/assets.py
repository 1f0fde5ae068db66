"""Names the built style sheets and scripts with the digests that browsers check."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ADDRESS = "/static"


@dataclass(frozen=True, slots=True)
class Asset:
    href: str
    integrity: str


@dataclass(frozen=True, slots=True)
class Assets:
    """The built files; empty before the first build, when pages are plain but complete."""

    files: Mapping[str, Asset]

    def find(self, name: str) -> Asset | None:
        return self.files.get(name)


def read_assets(folder: Path) -> Assets:
    manifest = folder / "manifest.json"
    if not manifest.exists():
        return Assets(files={})
    digests: dict[str, str] = json.loads(manifest.read_text("utf-8"))["files"]
    return Assets(files={name: _asset(name, digest) for name, digest in digests.items()})


def _asset(name: str, digest: str) -> Asset:
    # The digest in the address makes a changed file a new address, so it may be kept for ever.
    version = digest.removeprefix("sha384-")[:12].replace("+", "-").replace("/", "_")
    return Asset(href=f"{ADDRESS}/{name}?v={version}", integrity=digest)
