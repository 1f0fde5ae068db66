"""What of a person changes with time alone, all else being as it is stated now."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from services.policy.rules.candidates import facts_of
from services.policy.rules.days import month_number
from services.policy.rules.facts import Fact, FactView, insured_months
from services.policy.rules.near.places import EITHER, FAILS, HOLDS, Places, bits
from services.policy.rules.proof import check_fact
from services.policy.rules.prove import is_open, proof_of
from services.policy.rules.tree import AtFact, Count, Elapsed, Insured, Leaf, ManualCheck, Within
from services.policy.rules.trial import Trial
from services.policy.rules.turning_days import days_of_leaf, days_of_track


class Move(NamedTuple):
    """From this day on the bits stand at the place of a condition or track."""

    day: date
    place: int
    bits: int

    def after(self, said: int) -> int:
        return said & ~(EITHER << self.place) | self.bits << self.place


def stretches(said: int, moves: Iterable[Move], today: date) -> Iterator[tuple[date, date, int]]:
    """From which day until before which other what is said of a person."""
    since = today
    for move in sorted(moves):
        if move.day != since:
            yield since, move.day, said
        since, said = move.day, move.after(said)
    yield since, date.max, said


class Timeline:
    """Which conditions time may move, and when tracks open and close: the same for everybody."""

    def __init__(self, places: Places, today: date) -> None:
        self._places = places
        self._tracks = _of_tracks(places, today)
        self._lengths = {p: facts_of(leaf)[0] for p, leaf in places.leaves.items() if _grows(leaf)}
        self._reading: dict[str, list[int]] = {}
        for place, leaf in places.leaves.items():
            for name in _reads(leaf):
                self._reading.setdefault(name, []).append(place)

    def moving(self, view: FactView) -> set[int]:
        """The places of all that time may move for somebody."""
        grown = {place for place, fact in self._lengths.items() if fact in view.by_name}
        dated = [name for name, facts in view.by_name.items() if _is_dated(facts, view.valid_at)]
        return grown.union(self._tracks, *[self._reading.get(name, ()) for name in dated])

    def at(self, place: int, trial: Trial, now: int) -> Iterator[Move]:
        """Whatever comes to be said there otherwise than the bits that are said `now`."""
        if place in self._tracks:
            yield from self._tracks[place]
            return
        leaf = self._places.leaves[place]
        if now == FAILS and _only_runs_out(leaf, trial.view):
            return
        for day in days_of_leaf(leaf, trial.view):
            then = bits(proof_of(leaf, trial.on(day)).truth)
            if then != now:
                yield Move(day, place, then)
            now = then


class Future:
    """What time moves for one person of whom this is `said` today, each worked out when asked for.

    `moving` has the bits of every condition and track that may move.
    """

    def __init__(self, timeline: Timeline, trial: Trial, said: int) -> None:
        self._timeline, self._trial, self._said = timeline, trial, said
        self._places = timeline.moving(trial.view)
        self._moves: dict[int, tuple[Move, ...]] = {}
        self.moving = sum([EITHER << place for place in self._places])

    def moves(self, read: int) -> list[Move]:
        """Of those whose bits are among these."""
        places = [place for place in self._places if read >> place & EITHER]
        return [move for place in places for move in self._at(place)]

    def _at(self, place: int) -> tuple[Move, ...]:
        found = self._moves.get(place)
        if found is None:
            now = self._said >> place & EITHER
            found = self._moves[place] = tuple(self._timeline.at(place, self._trial, now))
        return found


def tracks_on(places: Places, day: date) -> int:
    """The bits of all tracks: a track holds while it is open."""
    said = 0
    for place, track in places.tracks.items():
        said |= (HOLDS if is_open(track, day) else FAILS) << place
    return said


def _of_tracks(places: Places, today: date) -> dict[int, list[Move]]:
    """Of those that open or close on a later day."""
    found: dict[int, list[Move]] = {}
    for place, track in places.tracks.items():
        for day in days_of_track(track, today):
            move = Move(day, place, HOLDS if is_open(track, day) else FAILS)
            found.setdefault(place, []).append(move)
    return found


def _reads(leaf: Leaf) -> tuple[str, ...]:
    """A check by a person is settled by a fact of its own."""
    return (check_fact(leaf.check_id),) if isinstance(leaf, ManualCheck) else facts_of(leaf)


def _grows(leaf: Leaf) -> bool:
    """Whether the same facts come to say something else as days pass."""
    match leaf:
        case Elapsed() | Within():
            return not isinstance(leaf.at, AtFact | date)
        case Count():
            return leaf.where is not None
        case _:
            return isinstance(leaf, Insured)


def _only_runs_out(leaf: Leaf, view: FactView) -> bool:
    """Months that are over count ever less: what fails for want of them goes on to fail."""
    if not isinstance(leaf, Insured):
        return False
    said = view.by_name.get(leaf.fact, ())
    this_month = month_number(view.valid_at)
    months = [month for fact in said for month in insured_months(fact.value)]
    return not _is_dated(said, view.valid_at) and all(each.month < this_month for each in months)


def _is_dated(facts: Iterable[Fact], today: date) -> bool:
    """Whether a statement begins or ends to hold later than today."""
    return any(day is not None and day > today for f in facts for day in (f.valid_from, f.valid_to))
