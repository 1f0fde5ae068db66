"""Every shape that was ever stored is still read, as it was meant."""

from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from contracts import golden
from events.catalog.names import all_names
from events.sourcing.codec import Codec

SAMPLES = sorted(golden.GOLDEN.glob("*.json"))
CODEC = Codec(all_names())


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_an_old_sample_is_still_read(path: Path) -> None:
    name, stored, said = golden.read(path)
    event = CODEC.decode(name, stored, event_id=UUID(int=0), keys={})
    assert isinstance(event, all_names()[CODEC.name_of(event)])
    if name == CODEC.name_of(event):
        assert msgspec.json.decode(msgspec.json.encode(event)) == said


def test_every_stored_name_has_its_sample() -> None:
    assert golden.missing() == {}
