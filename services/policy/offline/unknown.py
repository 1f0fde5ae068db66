"""Names of policies that the folder does not have: not refused, as others may publish them."""

from collections.abc import Iterable, Iterator, Sequence

from services.policy.offline.folder import File
from services.policy.rules import FormatError
from services.policy.rules.reader import Cursor
from services.policy.rules.stages import asked_later
from services.policy.rules.unpublished import held_in, named_by

REMEDY = (
    "Compare it with the id in that policy's file. If it is right: until it is published, nobody is"
    " let in or kept out by whether they hold it, and no benefit is excluded beside it."
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
    yield file.place("eligibility"), held_in(stages)
    if transitions := file.policy.transitions:
        yield file.place("transition"), held_in([each.keeps for each in transitions])
    for place, benefit in file.benefits():
        yield place, held_in([benefit.when])
    for place, interaction in file.interactions():
        yield place, named_by(interaction)
