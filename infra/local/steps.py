"""The steps of the start that come to an end: assets, kernel, sample world."""

import hashlib
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from infra.assets.build import build
from infra.local.places import ROOT
from infra.local.ports import HOST
from infra.local.problem import Problem
from infra.local.progress import Progress


def build_assets(progress: Progress) -> None:
    with progress.step("assets for the pages (npm ci and build)"):
        build()


def prepare_kernel(environment: Mapping[str, str], progress: Progress) -> None:
    _call(("events.sourcing.prepare",), "databases, roles and topics", environment, progress)


def load_world(
    environment: Mapping[str, str],
    progress: Progress,
    *,
    loaded: Path,
    people: int | None = None,
) -> None:
    """Load it once: the folder `loaded` keeps the digest of what each server was given last."""
    how = ("--arrivals",) if people is None else ("--people", str(people))
    world, note = _digest_of_the_world(how), loaded / _name_of(environment["DATABASE_URL"])
    if note.exists() and note.read_text(encoding="ascii") == world:
        progress.say("the sample world is loaded already")
        return
    _call(("infra.world", "load", *how), "sample world", environment, progress)
    loaded.mkdir(exist_ok=True)
    note.write_text(world, encoding="ascii")


def _name_of(database_url: str) -> str:
    """A file name for the server at this address, whoever signs in there; ours has one alone."""
    address = urlsplit(database_url)
    host = HOST if unquote(address.hostname or "").startswith("/") else address.hostname
    return hashlib.sha256(f"{host}:{address.port}".encode()).hexdigest()[:16]


def _digest_of_the_world(how: Iterable[str]) -> str:
    """Changes with the data, the vocabulary, or what makes the synthetic people, and how many."""
    sources = [*(ROOT / "data").rglob("*.yaml"), *(ROOT / "infra/world").glob("*.py")]
    digest = hashlib.sha256(" ".join(how).encode())
    for source in sorted(sources):
        digest.update(source.read_bytes())
    return digest.hexdigest()


def play_story(environment: Mapping[str, str], progress: Progress) -> None:
    _call(("infra.world", "story"), "the story", environment, progress)


def _call(
    module: tuple[str, ...], what: str, environment: Mapping[str, str], progress: Progress
) -> None:
    with progress.step(what):
        done = subprocess.run(
            [sys.executable, "-m", *module], cwd=ROOT, env=dict(environment), check=False
        )
        if done.returncode != 0:
            raise Problem(
                f"this step failed: {what}",
                remedy="read the lines above; where they speak of the network, connect and run "
                "the command again",
            )
