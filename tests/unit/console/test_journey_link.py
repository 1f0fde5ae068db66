"""The way from a ticket to its journey is one that a browser can go."""

from pathlib import Path

import pytest

from events.sourcing.settings import Settings, read_settings
from services.console.app import build

TOLD = {
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/",
    "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1",
    "CONCORD_SECRET": "a secret for tests",
    "OPS_URL": "http://ops:8000",
}
PUBLIC = "https://ops.example"


def settings(folder: Path, **more: str) -> Settings:
    kek = folder / "kek"
    kek.write_bytes(b"k" * 32)
    return read_settings("console", {**TOLD, "KEK_FILE": str(kek), **more})


@pytest.mark.parametrize(
    ("more", "link"),
    [
        ({}, TOLD["OPS_URL"]),
        ({"OPS_PUBLIC_URL": PUBLIC}, PUBLIC),
        ({"OPS_PUBLIC_URL": ""}, TOLD["OPS_URL"]),
    ],
)
def test_links_to_ops_use_its_public_address_where_there_is_one(
    tmp_path: Path, more: dict[str, str], link: str
) -> None:
    assert build(settings(tmp_path, **more)).state.console.ops_url == link


def test_services_go_on_asking_ops_at_its_own_address(tmp_path: Path) -> None:
    assert settings(tmp_path, OPS_PUBLIC_URL=PUBLIC).peers["ops"] == TOLD["OPS_URL"]
