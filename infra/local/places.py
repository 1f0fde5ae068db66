"""Where the local platform keeps its things, and which format they are in."""

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = Path(".venv")
"""In a clone, where its packages are installed."""

# Raise this when older data under .local/ can no longer be read; `make reset` is then the remedy.
DATA_FORMAT = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Every path below the data folder, so that a test can have its own."""

    local: Path
    downloads: Path | None = None
    """Where what was fetched from outside is kept, if not in the data folder itself."""

    @property
    def version(self) -> Path:
        return self.local / "VERSION"

    @property
    def lock(self) -> Path:
        return self.local / "lock"

    @property
    def logs(self) -> Path:
        return self.local / "log"

    @property
    def secrets(self) -> Path:
        return self.local / "secrets"

    @property
    def heads(self) -> Path:
        """The second place of the signed heads; with data that matters, on another machine."""
        return self.local / "heads"

    @property
    def head_keys(self) -> Path:
        """The public keys that heads are checked with, to be handed to anybody."""
        return self.local / "head-keys"

    @property
    def postgres(self) -> Path:
        return self.local / "postgres"

    @property
    def kafka(self) -> Path:
        return self.local / "kafka"

    @property
    def loaded(self) -> Path:
        """What was loaded last, one file for each database server."""
        return self.local / "loaded"

    @property
    def worker(self) -> Path:
        return self.local / "faust"

    @property
    def jars(self) -> Path:
        return (self.downloads or self.local) / "jars"


def places_here() -> Places:
    """The data folder of this clone, or the one CONCORD_LOCAL names."""
    return Places(local=Path(os.environ.get("CONCORD_LOCAL", ROOT / ".local")).absolute())
