"""The tree over the record: roots as RFC 9162 defines them, at every size, from its edge alone."""

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.sourcing.ledger.tree import Edge, Tile

# The reference inputs and roots of Certificate Transparency.
INPUTS = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def root_by_definition(leaves: Sequence[bytes]) -> bytes:
    """RFC 9162, 2.1.1, word for word."""
    if len(leaves) == 0:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    left, right = root_by_definition(leaves[:split]), root_by_definition(leaves[split:])
    return hashlib.sha256(b"\x01" + left + right).digest()


def leaves_of(size: int) -> list[bytes]:
    return [b"%d" % n for n in range(size)]


def grown(leaves: Sequence[bytes]) -> tuple[Edge, list[Tile]]:
    edge = Edge()
    return edge, [tile for leaf in leaves for tile in edge.add(leaf)]


@pytest.mark.parametrize("size", range(1, 9))
def test_the_reference_roots_come_out(size: int) -> None:
    edge, _ = grown(INPUTS[:size])
    assert edge.root.hex() == ROOTS[size - 1]


def test_an_empty_record_has_the_root_of_nothing() -> None:
    assert Edge().root == root_by_definition([])


@given(st.integers(min_value=1, max_value=1500))
def test_the_root_is_that_of_the_definition_at_every_size(size: int) -> None:
    edge, _ = grown(leaves_of(size))
    assert edge.root == root_by_definition(leaves_of(size))


def test_the_root_stays_right_where_the_third_level_begins() -> None:
    edge, tiles = grown(leaves_of(65_535))
    edge.add(b"65535")
    assert edge.root == root_by_definition(leaves_of(65_536))
    edge.add(b"65536")
    assert edge.root == root_by_definition(leaves_of(65_537))
    assert len(tiles) == 255


@given(st.integers(min_value=1, max_value=1500), st.integers(min_value=0, max_value=1499))
def test_another_leaf_gives_another_root(size: int, place: int) -> None:
    leaves = leaves_of(size)
    edge, _ = grown(leaves)
    leaves[place % size] += b"!"
    assert edge.root != root_by_definition(leaves)


def test_a_full_tile_is_given_with_its_root() -> None:
    _, tiles = grown(leaves_of(600))
    assert [(tile.level, tile.number) for tile in tiles] == [(0, 0), (0, 1)]
    assert tiles[1].root == root_by_definition(leaves_of(512)[256:])


def test_the_roots_of_full_tiles_are_enough_to_go_on() -> None:
    _, tiles = grown(leaves_of(512))
    edge = Edge(size=512, levels=[[], [tile.root for tile in tiles]])
    edge.add(b"512")
    assert edge.root == root_by_definition(leaves_of(513))
