"""What a file wants or allows together and nobody can have: no one person satisfies both."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from services.policy.offline.folder import File
from services.policy.offline.impossible import day_of
from services.policy.rules import FormatError, Interaction, Vocabulary
from services.policy.rules.analysis.contradiction import always_open
from services.policy.rules.analysis.possible import Nobody, can_one_person
from services.policy.rules.criteria import criteria_of
from services.policy.rules.interactions import Match, Requires, Together, TopUp
from services.policy.rules.picks import Target
from services.policy.rules.standing import starts
from services.policy.rules.tree import Unseen

REMEDY = "Compare both texts with their sources; who met one of them earlier is not looked at."


def never_both(
    files: Sequence[File], valid_at: date, vocabulary: Vocabulary
) -> Iterator[FormatError]:
    """At each statement that wants or allows a policy beside another which nobody can have too."""
    texts = {policy_id: _of_the_day(files, policy_id, valid_at) for policy_id in _ids(files)}
    for file in texts.values():
        for place, said in file.interactions():
            for one, others, any_will_do in _wanted_beside(said, texts):
                never = [o for o in others if _nobody_has_both(one, o, valid_at, vocabulary)]
                # A person of whom one of several bases is out of reach may still have another.
                if never and (len(never) == len(others) or not any_will_do):
                    names = ", ".join(each.policy.policy_id for each in never)
                    said_of = f"nobody can satisfy both {one.policy.policy_id} and {names}"
                    yield place.wrong(said_of, REMEDY)


def _ids(files: Sequence[File]) -> list[str]:
    return sorted({file.policy.policy_id for file in files})


def _of_the_day(files: Sequence[File], policy_id: str, valid_at: date) -> File:
    """The newest edition that has begun; before any has, the first."""
    editions = sorted(
        (file for file in files if file.policy.policy_id == policy_id),
        key=lambda file: file.policy.version,
    )
    begun = [file for file in editions if (starts(file.policy) or date.min) <= valid_at]
    return begun[-1] if begun else editions[0]


def _wanted_beside(
    said: Interaction, texts: Mapping[str, File]
) -> Iterator[tuple[File, list[File], bool]]:
    """For which policy what is wanted or allowed beside it, and whether one of it is enough.

    Of policies that are named by what they are for nothing is said.
    """
    match said:
        case Together(target=target, others=others):
            any_will_do = False
        case Requires(target=target, needs=others):
            any_will_do = True
        case TopUp(target=target, bases=others) | Match(target=target, bases=others):
            any_will_do = True
        case _:
            return
    named = [each.policy_id for each in others if isinstance(each, Target)]
    if isinstance(target, Target) and target.policy_id in texts:
        found = [texts[name] for name in dict.fromkeys(named) if name in texts]
        known = len(named) == len(others) and len(found) == len({*named})
        if known or not any_will_do:
            yield texts[target.policy_id], found, any_will_do


def _nobody_has_both(one: File, other: File, valid_at: date, vocabulary: Vocabulary) -> bool:
    if one.policy.policy_id == other.policy.policy_id:
        return False
    day = max(day_of(one, valid_at), day_of(other, valid_at))
    trees = [criteria_of(each.policy, day=day) for each in (one, other)]
    seen = [always_open(each) for each in trees if not isinstance(each, Unseen)]
    both = len(seen) == len(trees)
    return both and isinstance(can_one_person(seen, day, vocabulary), Nobody)
