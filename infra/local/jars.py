"""Kafka's jars, pinned with hashes in infra/kafka/jars.lock and fetched by jgo, without Maven."""

import fcntl
import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from infra.local.places import ROOT
from infra.local.problem import Problem

LOCK = ROOT / "infra" / "kafka" / "jars.lock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Jar:
    group: str
    artifact: str
    version: str
    sha256: str

    def path(self, repository: Path) -> Path:
        folder = repository.joinpath(*self.group.split("."), self.artifact, self.version)
        return folder / f"{self.artifact}-{self.version}.jar"


def locked_jars(lock: Path = LOCK) -> tuple[Jar, ...]:
    lines = [line for line in lock.read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
    return tuple(_jar(line) for line in lines if line.strip())


def _jar(line: str) -> Jar:
    coordinate, digest = line.split()
    group, artifact, version = coordinate.split(":")
    return Jar(
        group=group, artifact=artifact, version=version, sha256=digest.removeprefix("sha256:")
    )


def class_path(repository: Path) -> tuple[Path, ...]:
    """The verified jars; the first call fetches what is missing, later ones only look."""
    jars = locked_jars()
    verified = repository / "verified"
    digest = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    repository.mkdir(parents=True, exist_ok=True)
    with (repository / "lock").open("w") as lock:
        # `make run` and `make test` may come here at the same time.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not verified.exists() or verified.read_text(encoding="ascii") != digest:
            _fetch_all(jars, repository)
            verified.write_text(digest, encoding="ascii")
    return tuple(jar.path(repository) for jar in jars)


def _fetch_all(jars: tuple[Jar, ...], repository: Path) -> None:
    with ThreadPoolExecutor(max_workers=8) as pool:
        list(pool.map(lambda jar: _fetch(jar, repository), jars))


def _fetch(jar: Jar, repository: Path) -> None:
    path = jar.path(repository)
    if not _is_whole(path, jar.sha256):
        # A download that was cut off last time would otherwise be taken for the jar.
        path.unlink(missing_ok=True)
        _download(jar, repository)
    if not _is_whole(path, jar.sha256):
        raise Problem(
            f"{path.name} is not the file that infra/kafka/jars.lock pins",
            remedy="run the command again; if it stays so, the package mirror in use alters files",
        )


def _is_whole(path: Path, sha256: str) -> bool:
    return path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256


def _download(jar: Jar, repository: Path) -> None:
    # jgo and its HTTP stack take half a second to import and are needed once.
    from jgo.config import GlobalSettings  # noqa: PLC0415
    from jgo.constants import MAVEN_CENTRAL_URL  # noqa: PLC0415
    from jgo.maven import MavenContext  # noqa: PLC0415

    repositories = {"central": MAVEN_CENTRAL_URL} | GlobalSettings.load().repositories
    context = MavenContext(repo_cache=repository, remote_repos=repositories)
    component = context.project(jar.group, jar.artifact).at_version(jar.version)
    try:
        component.artifact().resolve()
    except (OSError, RuntimeError) as error:
        raise Problem(
            f"could not fetch {jar.artifact} {jar.version}: {error}",
            remedy="the first set-up needs the network: connect (or set the usual proxy variables) "
            "and run the command again; what was fetched is kept",
        ) from error
