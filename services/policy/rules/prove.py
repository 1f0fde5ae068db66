"""From the tree of conditions to its proof: each branch with its truth."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from services.policy.rules.facts import FactView
from services.policy.rules.kleene import Truth, both, either, opposite
from services.policy.rules.leaves import prove_leaf
from services.policy.rules.proof import Branch, Join, LeafProof, Proof
from services.policy.rules.tree import All, AnyOf, Leaf, Not, Track, Tracks, Tree

# Asked by the hundred for every answer: to look a member up takes as long as to join two proofs.
_ALL, _ANY = Join.ALL, Join.ANY
_JOINED = (All, AnyOf, Not, Tracks)


def prove(tree: Tree, view: FactView) -> Proof:
    """A condition that stands in several trees is asked once of a view."""
    if isinstance(tree, All):
        return _joined(_ALL, both, tree.children, view)
    if isinstance(tree, AnyOf):
        return _joined(_ANY, either, tree.children, view)
    if isinstance(tree, Not):
        proof = prove(tree.child, view)
        return Branch(join=Join.NOT, truth=opposite(proof.truth), children=(proof,))
    if isinstance(tree, Tracks):
        routes = tuple([_prove_track(track, view) for track in tree.children])
        truth = either([each.truth for each in routes])
        return Branch(join=Join.TRACKS, truth=truth, children=routes)
    return proof_of(tree, view)


def _joined(
    join: Join, truth: Callable[[Sequence[Truth]], Truth], children: Iterable[Tree], view: FactView
) -> Branch:
    known = view.proofs.get
    proofs: list[Proof] = []
    truths: list[Truth] = []
    for child in children:
        proof: Proof | None = known(id(child))
        if proof is None:
            proof = prove(child, view) if isinstance(child, _JOINED) else _asked(child, view)
        proofs.append(proof)
        truths.append(proof.truth)
    return Branch(join=join, truth=truth(truths), children=tuple(proofs))


def proof_of(leaf: Leaf, view: FactView) -> LeafProof:
    """The same of one condition."""
    return view.proofs.get(id(leaf)) or _asked(leaf, view)


def _asked(leaf: Leaf, view: FactView) -> LeafProof:
    found = view.proofs[id(leaf)] = prove_leaf(leaf, view, truth_in)
    return found


def truth_in(tree: Tree, view: FactView) -> Truth:
    return prove(tree, view).truth


def _prove_track(track: Track, view: FactView) -> Branch:
    proof = prove(track.when, view)
    closed = not is_open(track, view.valid_at)
    truth = Truth.FALSE if closed else proof.truth
    return Branch(
        join=Join.TRACK,
        truth=truth,
        children=(proof,),
        name=track.name,
        title=track.title,
        closed=closed,
    )


def is_open(track: Track, day: date) -> bool:
    begun = track.first is None or track.first.first <= day
    return begun and (track.last is None or day <= track.last.last)
