"""Every service is asked whether it reads the sample of an old name as a newer one."""

from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace

import pytest

from events.catalog.ticket import TicketRated
from events.sourcing.codec import Codec, Shape
from infra.check.evolution import upcasters
from infra.check.evolution.corpus import SAMPLES
from infra.check.evolution.upcasters import codecs, lifts, unlifted
from tests.unit.infra.evolution.test_history import RATED, named_stars

OLD = "ticket.rated.v1"
NAMES: Mapping[str, type] = {"ticket.rated.v2": TicketRated}
LIFTING, FORGETFUL = Codec(NAMES, {OLD: named_stars}), Codec(NAMES)


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tree with one sample, and two services of which one lifts it."""
    (tmp_path / SAMPLES).mkdir(parents=True)
    (tmp_path / SAMPLES / f"{OLD}.json").write_bytes(RATED)
    monkeypatch.setattr(upcasters, "ROOT", tmp_path)
    monkeypatch.setattr(upcasters, "codecs", lambda: {"a": LIFTING, "b": FORGETFUL})
    return tmp_path


@pytest.mark.usefixtures("tree")
def test_every_service_that_does_not_lift_it_is_named() -> None:
    assert list(unlifted(OLD)) == ["b has none registered"]


@pytest.mark.usefixtures("tree")
def test_without_a_sample_nobody_can_be_asked() -> None:
    assert list(unlifted("ticket.closed.v1")) == ["there is no sample of it to try one on"]


def test_a_sample_with_a_sealed_value_needs_no_key() -> None:
    def sealed(shape: Shape) -> tuple[str, Shape]:
        return "ticket.rated.v2", {**shape, "stars": 5, "comment": {"sealed": "AAAA"}}

    assert list(lifts(Codec(NAMES, {OLD: sealed}), OLD, RATED)) == []


def test_each_service_is_asked_by_the_codec_it_really_has(monkeypatch: pytest.MonkeyPatch) -> None:
    def built(service: str) -> object:
        codec = {"a": LIFTING, "b": FORGETFUL}[service]
        return SimpleNamespace(state=SimpleNamespace(kernel=SimpleNamespace(codec=codec)))

    monkeypatch.setattr(upcasters, "built", built)
    monkeypatch.setattr(upcasters, "service_names", lambda: ["a", "b"])
    assert codecs.__wrapped__() == {"a": LIFTING, "b": FORGETFUL}
