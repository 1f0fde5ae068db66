"""The public halves of the keys that sign heads, as files for whoever verifies a record."""

from collections.abc import Iterable
from pathlib import Path

from events.sourcing.ledger.keys import pem_of, read_signer
from infra.local.places import Places
from infra.local.secrets import head_key


def public_keys(places: Places, services: Iterable[str]) -> Path:
    """The folder with `SERVICE.pem` for each service; a file that is there stays as it is."""
    places.head_keys.mkdir(parents=True, exist_ok=True)
    for service in services:
        file = places.head_keys / f"{service}.pem"
        if not file.exists():
            file.write_bytes(pem_of(read_signer(head_key(places.secrets, service)).public))
    return places.head_keys
