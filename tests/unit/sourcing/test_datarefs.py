"""A record may point to its payload: only a path of ours, on the service it names, is asked for."""

from uuid import UUID

import pytest

from events.sourcing.datarefs import (
    DATAREF,
    DataAway,
    DataUnknown,
    data_path,
    fetched,
    nobody_to_ask,
    state_path,
)

ID = UUID(int=7)


class Peers:
    """Remembers what it is asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    async def __call__(self, service: str, path: str) -> bytes | None:
        self.asked.append((service, path))
        return b"{}"


@pytest.mark.parametrize("path", [data_path(ID), state_path(ID)])
async def test_the_service_that_recorded_it_is_asked(path: str) -> None:
    peers = Peers()
    headers = {DATAREF: path, "ce_source": "/services/notes"}
    assert await fetched(peers, headers) == b"{}"
    assert peers.asked == [("notes", path)]


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/health",
        f"{data_path(ID)}/../../talents",
        f"{data_path(ID)}?as=somebody",
        f"http://elsewhere{data_path(ID)}",
        f"//elsewhere{data_path(ID)}",
        f"/events/{ID}/anything",
    ],
)
async def test_nobody_is_asked_for_anything_else(path: str) -> None:
    peers = Peers()
    with pytest.raises(DataUnknown):
        await fetched(peers, {DATAREF: path, "ce_source": "/services/notes"})
    assert peers.asked == []


async def test_while_nobody_can_fetch_the_reader_waits() -> None:
    with pytest.raises(DataAway):
        await fetched(nobody_to_ask, {DATAREF: data_path(ID), "ce_source": "/services/notes"})
