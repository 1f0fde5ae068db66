"""Names of policies that the folder does not have: not refused, as others may publish them."""

from collections.abc import Iterable, Iterator, Sequence

from services.policy.offline.folder import File
from services.policy.rules import FormatError, Interaction
from services.policy.rules.bulk.walk import leaves_of
from services.policy.rules.interactions import ExcludedIfHeld
from services.policy.rules.parse_words import POLICIES_HELD
from services.policy.rules.picks import Target
from services.policy.rules.reader import Cursor
from services.policy.rules.relations import members_of
from services.policy.rules.stages import asked_later
from services.policy.rules.tree import Holds, Tree, Unseen

REMEDY = (
    "Compare it with the id in that policy's file. If it is right, nobody counts as holding it, and"
    " nothing is excluded because of it, until it is published."
)


def unknown(files: Sequence[File]) -> Iterator[FormatError]:
    """Where a condition or an interaction names a policy that none of the files is about."""
    known = {file.policy.policy_id for file in files}
    for file in files:
        for place, names in _named(file):
            if strange := sorted({*names} - known):
                yield place.wrong(f"no policy here is called {', '.join(strange)}", REMEDY)


def _named(file: File) -> Iterator[tuple[Cursor, Iterable[str]]]:
    """The names of policies, by the places where they stand."""
    stages = [file.policy.entry, *[tree for _, tree in asked_later(file.policy)]]
    yield file.place("eligibility"), _held(stages)
    for place, benefit in file.benefits():
        yield place, _held([benefit.when] if benefit.when is not None else [])
    for place, interaction in file.interactions():
        yield place, _bearing(interaction)


def _held(trees: Iterable[Tree | Unseen]) -> list[str]:
    leaves = [leaf for tree in trees if not isinstance(tree, Unseen) for leaf in leaves_of(tree)]
    held = [leaf for leaf in leaves if isinstance(leaf, Holds) and leaf.fact == POLICIES_HELD]
    return [name for leaf in held for name in leaf.codes]


def _bearing(interaction: Interaction) -> list[str]:
    if isinstance(interaction, ExcludedIfHeld):
        return [*interaction.codes] if interaction.fact == POLICIES_HELD else []
    return [each.policy_id for each in members_of(interaction) if isinstance(each, Target)]
