"""Every proof holds, for the library that made it and for the script that stands alone."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlog_scales.tiles import leaf_hash
from tlog_scales.tlog import ConsistencyProofInvalid, InclusionProofInvalid

from events.sourcing.ledger.tiles import TILE, Place, reader_of
from events.sourcing.ledger.tree import Edge
from infra.proof.check_proof import Fails, root_from_inclusion, roots_from_consistency

SIZES = st.integers(min_value=1, max_value=1100)


def tiles_over(size: int) -> dict[Place, list[bytes]]:
    tiles: dict[Place, list[bytes]] = {}
    edge = Edge()
    for n in range(size):
        tiles.setdefault((0, n // TILE), []).append(leaf_hash(b"%d" % n))
        for tile in edge.add(b"%d" % n):
            tiles.setdefault((tile.level + 1, tile.number // TILE), []).append(tile.root)
    return tiles


def root_at(size: int) -> bytes:
    edge = Edge()
    for n in range(size):
        edge.add(b"%d" % n)
    return edge.root


def flipped(value: bytes, bit: int) -> bytes:
    changed = bytearray(value)
    changed[bit // 8 % len(value)] ^= 1 << bit % 8
    return bytes(changed)


def holds(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    try:
        return root_from_inclusion(leaf, index, size, list(path)) == root
    except Fails:
        return False


def extends(old: bytes, m: int, new: bytes, n: int, path: Sequence[bytes]) -> bool:
    try:
        return roots_from_consistency(old, m, n, list(path)) == (old, new)
    except Fails:
        return False


@given(SIZES, st.data())
def test_every_inclusion_proof_holds_and_a_flipped_bit_breaks_it(
    size: int, data: st.DataObject
) -> None:
    index = data.draw(st.integers(min_value=0, max_value=size - 1))
    proof = reader_of(tiles_over(size), size).get_inclusion_proof(index, size)
    leaf, root = leaf_hash(b"%d" % index), root_at(size)
    proof.check(leaf, root)
    assert holds(leaf, index, size, proof.node_hashes, root)

    parts = [leaf, root, *proof.node_hashes]
    part = data.draw(st.integers(min_value=0, max_value=len(parts) - 1))
    parts[part] = flipped(parts[part], data.draw(st.integers(min_value=0, max_value=255)))
    assert not holds(parts[0], index, size, parts[2:], parts[1])
    proof.node_hashes[:] = parts[2:]
    with pytest.raises(InclusionProofInvalid):
        proof.check(parts[0], parts[1])


@given(SIZES, st.data())
def test_every_consistency_proof_holds_and_a_flipped_bit_breaks_it(
    size: int, data: st.DataObject
) -> None:
    grown = size + data.draw(st.integers(min_value=1, max_value=300))
    proof = reader_of(tiles_over(grown), grown).get_consistency_proof(size, grown)
    old, new = root_at(size), root_at(grown)
    proof.check(old, new)
    assert extends(old, size, new, grown, proof.node_hashes)

    parts = [old, new, *proof.node_hashes]
    part = data.draw(st.integers(min_value=0, max_value=len(parts) - 1))
    parts[part] = flipped(parts[part], data.draw(st.integers(min_value=0, max_value=255)))
    assert not extends(parts[0], size, parts[1], grown, parts[2:])
    proof.node_hashes[:] = parts[2:]
    with pytest.raises(ConsistencyProofInvalid):
        proof.check(parts[0], parts[1])


def test_a_path_of_another_length_is_refused() -> None:
    path = reader_of(tiles_over(7), 7).get_inclusion_proof(3, 7).node_hashes
    leaf, root = leaf_hash(b"3"), root_at(7)
    assert holds(leaf, 3, 7, path, root)
    assert not holds(leaf, 3, 7, path[:-1], root)
    assert not holds(leaf, 3, 7, [*path, path[0]], root)
    assert not holds(leaf, 4, 7, path, root)
