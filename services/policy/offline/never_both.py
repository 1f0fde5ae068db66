"""What a file wants beside another policy and nobody can have: no one person satisfies both."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from services.policy.offline.folder import File
from services.policy.offline.impossible import day_of
from services.policy.rules import FormatError, Interaction, Vocabulary
from services.policy.rules.analysis.contradiction import always_open
from services.policy.rules.analysis.possible import Nobody, can_one_person
from services.policy.rules.criteria import criteria_of
from services.policy.rules.interactions import Match, Requires, Together, TopUp
from services.policy.rules.picks import Pick, Target
from services.policy.rules.tree import Unseen

REMEDY = "Compare both texts with their sources; who met one of them earlier is not looked at."


def never_both(
    files: Sequence[File], valid_at: date, vocabulary: Vocabulary
) -> Iterator[FormatError]:
    """At each statement that wants or allows a policy beside its own which nobody can have too."""
    newest = {file.policy.policy_id: file for file in files}
    for file in files:
        for place, said in file.interactions():
            wanted, any_will_do = _wanted_beside(said)
            others = _files_of(wanted, newest)
            never = [each for each in others if _nobody_has_both(file, each, valid_at, vocabulary)]
            # A person of whom one of several bases is out of reach may still have another.
            if never and (len(never) == len(wanted) or not any_will_do):
                names = ", ".join(each.policy.policy_id for each in never)
                yield place.wrong(f"nobody can satisfy both this policy and {names}", REMEDY)


def _wanted_beside(said: Interaction) -> tuple[Sequence[Pick], bool]:
    """What it wants beside, and whether one of it is enough."""
    match said:
        case Together(others=others):
            return others, False
        case Requires(needs=needs):
            return needs, True
        case TopUp(bases=bases) | Match(bases=bases):
            return bases, True
        case _:
            return (), True


def _files_of(picks: Sequence[Pick], newest: Mapping[str, File]) -> list[File]:
    named = [each.policy_id for each in picks if isinstance(each, Target)]
    return [newest[name] for name in dict.fromkeys(named) if name in newest]


def _nobody_has_both(one: File, other: File, valid_at: date, vocabulary: Vocabulary) -> bool:
    if one.policy.policy_id == other.policy.policy_id:
        return False
    day = max(day_of(one, valid_at), day_of(other, valid_at))
    trees = [criteria_of(each.policy, day=day) for each in (one, other)]
    seen = [always_open(each) for each in trees if not isinstance(each, Unseen)]
    both = len(seen) == len(trees)
    return both and isinstance(can_one_person(seen, day, vocabulary), Nobody)
