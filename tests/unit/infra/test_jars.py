"""Kafka's jars are the ones that were pinned, or nothing starts."""

import hashlib
from pathlib import Path

import pytest

from infra.local import jars
from infra.local.jars import Jar
from infra.local.problem import Problem

CONTENT = b"a jar"
JAR = Jar(
    group="org.example", artifact="thing", version="1.0", sha256=hashlib.sha256(CONTENT).hexdigest()
)


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    lock = tmp_path / "jars.lock"
    lock.write_text(f"# why\n\norg.example:thing:1.0 sha256:{JAR.sha256}\n", encoding="utf-8")
    return lock


def test_every_pinned_jar_has_a_digest_and_kafka_is_4_3() -> None:
    pinned = jars.locked_jars()
    assert all(len(jar.sha256) == 64 for jar in pinned)
    assert ("kafka_2.13", "4.3.0") in {(jar.artifact, jar.version) for jar in pinned}


def test_comments_and_empty_lines_are_not_jars(lock: Path) -> None:
    assert jars.locked_jars(lock) == (JAR,)


def test_a_file_cut_off_by_the_last_try_is_fetched_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place(tmp_path, b"half a")
    monkeypatch.setattr(jars, "_download", lambda _jar, repository: place(repository, CONTENT))
    jars._fetch(JAR, tmp_path)
    assert JAR.path(tmp_path).read_bytes() == CONTENT


def test_a_file_other_than_the_pinned_one_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jars, "_download", lambda _jar, repository: place(repository, b"evil"))
    with pytest.raises(Problem, match=r"thing-1\.0\.jar"):
        jars._fetch(JAR, tmp_path)


def place(repository: Path, content: bytes) -> None:
    path = JAR.path(repository)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
