"""Whether applications are taken on a day, and when they are taken next."""

from collections.abc import Iterable, Iterator
from datetime import MAXYEAR, date
from typing import assert_never

from services.policy.rules.days import WrittenDay
from services.policy.rules.outcome import Reason
from services.policy.rules.periods import EveryYear, Period, Window, has_begun, holds, is_past
from services.policy.rules.policy import Policy
from services.policy.rules.prove import is_open as is_open_track
from services.policy.rules.tree import All, AnyOf, Not, Tracks, Tree, Unseen


def shut(windows: tuple[Window, ...], day: date) -> Reason | None:
    """Why no application is taken on the day; none where one is, or where there is no window."""
    if not windows or any(is_open(window, day) for window in windows):
        return None
    begun = any(_begun(window, day) for window in windows)
    return Reason.WINDOW_CLOSED if begun else Reason.WINDOW_NOT_OPEN


def is_open(window: Window, day: date) -> bool:
    match window:
        case Period():
            return holds(window, day)
        case EveryYear():
            return any(first <= day <= last for first, last in _occurrences(window, day))
        case _:
            assert_never(window)


def applied_for_until(policy: Policy, day: date) -> date | None:
    """The last day of what is open on the day, of its windows and of its calls alike.

    A call is a track with days of its own. Of several the last to close counts, whichever of them
    somebody may take.
    """
    entry = policy.entry
    calls = None if isinstance(entry, Unseen) else _last_call(entry, day)
    ends = [closes(policy.windows, day), calls]
    return min([end for end in ends if end is not None], default=None)


def closes(windows: Iterable[Window], day: date) -> date | None:
    """The last day of the windows that are open on the day.

    None where none is, or where one of them has no end that is known.
    """
    ends = [_end(window, day) for window in windows if is_open(window, day)]
    known = [end for end in ends if end is not None]
    return max(known, default=None) if len(known) == len(ends) else None


def _end(window: Window, day: date) -> date | None:
    match window:
        case Period(last=WrittenDay(last=last)):
            return last
        case Period():
            return None
        case EveryYear():
            turns = _occurrences(window, day)
            return max([last for first, last in turns if first <= day <= last])
        case _:
            assert_never(window)


def next_opening(policy: Policy, day: date) -> date | None:
    """The first later day on which a window or call opens that the policy lives to see."""
    tracks = () if isinstance(policy.entry, Unseen) else _calls(policy.entry)
    starts = [*_starts(policy.windows, day), *tracks]
    later = [start for start in starts if start > day and not is_past(policy.in_force, start)]
    return min(later, default=None)


def _begun(window: Window, day: date) -> bool:
    return isinstance(window, EveryYear) or has_begun(window, day)


def _starts(windows: Iterable[Window], day: date) -> Iterator[date]:
    for window in windows:
        match window:
            case Period(first=WrittenDay(first=first)):
                yield first
            case Period():
                pass
            case EveryYear():
                yield from (first for first, _ in _occurrences(window, day))
            case _:
                assert_never(window)


def _occurrences(window: EveryYear, day: date) -> Iterator[tuple[date, date]]:
    """The turns of the year before, of this year and of the next."""
    over = window.last < window.first
    for year in range(max(day.year - 1, 1), min(day.year + 1, MAXYEAR - 1) + 1):
        yield date(year, *window.first), date(year + over, *window.last)


def _calls(tree: Tree) -> Iterator[date]:
    match tree:
        case All(children=children) | AnyOf(children=children):
            for child in children:
                yield from _calls(child)
        case Not(child=child):
            yield from _calls(child)
        case Tracks(children=tracks):
            yield from (track.first.first for track in tracks if track.first is not None)
        case _:
            return


def _last_call(tree: Tree, day: date) -> date | None:
    """None where somebody may come in without a call, or by one that has no end."""
    match tree:
        case All(children=children):
            ends = [_last_call(each, day) for each in children]
            return min([end for end in ends if end is not None], default=None)
        case Tracks(children=tracks):
            lasts = [track.last for track in tracks if is_open_track(track, day)]
            known = [last.last for last in lasts if last is not None]
            return max(known, default=None) if len(known) == len(lasts) else None
        case _:
            return None
