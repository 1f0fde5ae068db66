"""Where the stream worker writes, and whom it asks."""

from pathlib import Path

import pytest

from events.sourcing.environment import Misconfigured
from events.sourcing.settings import read_settings
from services.ops.worker import data_folder, looker


def test_the_folder_is_made_with_everything_above_it(tmp_path: Path) -> None:
    named = tmp_path / "not" / "yet" / "there"
    assert data_folder({"OPS_WORKER_DATA": str(named)}) == named
    assert named.is_dir()
    assert data_folder({"OPS_WORKER_DATA": str(named)}) == named


@pytest.mark.parametrize("told", [{}, {"OPS_WORKER_DATA": ""}])
def test_without_a_folder_of_its_own_the_worker_does_not_start(told: dict[str, str]) -> None:
    with pytest.raises(Misconfigured, match="OPS_WORKER_DATA"):
        data_folder(told)


def test_without_the_address_of_ops_the_worker_does_not_start() -> None:
    told = {
        "DATABASE_URL": "postgresql://u:p@db:5432/",
        "KAFKA_BOOTSTRAP_SERVERS": "k:9092",
        "CONCORD_SECRET": "s",
        "KEK_FILE": "/kek",
    }
    with pytest.raises(Misconfigured, match="OPS_URL"):
        looker(read_settings("ops", told))
