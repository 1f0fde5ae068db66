"""From a proof to the state a talent is told, and what would settle an open one."""

from dataclasses import dataclass
from datetime import date

from services.policy.rules.kleene import FALSE, TRUE
from services.policy.rules.outcome import Reason, State
from services.policy.rules.proof import CHECK, Branch, Join, Proof, Way, ways
from services.policy.rules.prove import is_open
from services.policy.rules.tree import All, Tracks, Tree, Unseen

OPEN = frozenset({State.ELIGIBLE, State.SUBJECT_TO_MANUAL_CHECK})


@dataclass(frozen=True, slots=True)
class Verdict:
    state: State
    needed: Way = frozenset()
    reason: Reason | None = None


ELIGIBLE = Verdict(State.ELIGIBLE)
NOT_ELIGIBLE = Verdict(State.NOT_ELIGIBLE)
NO_TRACK_OPEN = Verdict(State.WINDOW_CLOSED, reason=Reason.NO_TRACK_OPEN)

# Asked by the hundred for every answer: to look a member up takes longer than to compare it.
_ALL, _TRACKS = Join.ALL, Join.TRACKS


def verdict(proof: Proof) -> Verdict:
    if proof.truth is FALSE:
        return NO_TRACK_OPEN if _all_tracks_closed(proof) else NOT_ELIGIBLE
    if proof.truth is TRUE:
        return ELIGIBLE
    return _open_verdict(ways(proof, TRUE))


def refusal(criteria: Tree | Unseen, day: date) -> Verdict:
    """What `verdict` says of whoever does not meet them on the day: the same of everybody."""
    return NO_TRACK_OPEN if _is_closed(criteria, day) else NOT_ELIGIBLE


def _is_closed(criteria: Tree | Unseen, day: date) -> bool:
    match criteria:
        case Tracks(children=tracks):
            return not any(is_open(track, day) for track in tracks)
        case All(children=children):
            return any(_is_closed(child, day) for child in children)
        case _:
            return False


def _open_verdict(possible: tuple[Way, ...]) -> Verdict:
    """Where checks alone would do, nobody is asked; the way with the fewest facts stands first."""
    if not possible:
        return Verdict(State.CRITERIA_NOT_SEEN)
    if not _facts(possible[0]):
        return Verdict(State.SUBJECT_TO_MANUAL_CHECK, possible[0])
    return Verdict(State.UNDETERMINED, min(possible, key=_effort))


def _effort(way: Way) -> tuple[int, int]:
    """Fewest questions in all, and of as many those that need no person; then the text's order."""
    return len(way), len(way) - len(_facts(way))


def _facts(way: Way) -> list[str]:
    return [name for name in way if not name.startswith(CHECK)]


def _all_tracks_closed(proof: Proof) -> bool:
    # Nothing is of a class below these, and a struct's class takes longer to say so.
    if type(proof) is not Branch:
        return False
    if proof.join is _TRACKS:
        return all(isinstance(each, Branch) and each.closed for each in proof.children)
    if proof.join is not _ALL:
        return False
    for child in proof.children:  # noqa: SIM110 - most are asked this, and have no tracks
        if type(child) is Branch and _all_tracks_closed(child):
            return True
    return False


def facts_in(way: Way) -> tuple[str, ...]:
    return tuple(sorted(_facts(way))) if way else ()


def checks_in(way: Way) -> tuple[str, ...]:
    named = [name.removeprefix(CHECK) for name in way if name.startswith(CHECK)]
    return tuple(sorted(named)) if named else ()
