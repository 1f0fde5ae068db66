"""All policies of a day, ready to be asked what one person misses them by."""

from collections.abc import Iterable
from datetime import date

from services.policy.rules.facts import FactView
from services.policy.rules.kleene import FALSE, TRUE
from services.policy.rules.near.aim import Aim, Shared, aim_at
from services.policy.rules.near.formulas import met
from services.policy.rules.near.found import NearMiss
from services.policy.rules.near.places import FAILS, HOLDS, Places
from services.policy.rules.near.remembering import missed_today
from services.policy.rules.near.soon import first_day
from services.policy.rules.near.timeline import Future, Timeline, tracks_on
from services.policy.rules.prove import proof_of
from services.policy.rules.ready import Ready
from services.policy.rules.trial import ALWAYS, Trial
from services.policy.rules.vocabulary import Vocabulary


class Aims:
    """Those of the policies that somebody may come to have, today or later."""

    def __init__(self, asked: Iterable[Ready], today: date, words: Vocabulary) -> None:
        nobody = Trial(FactView(today, ALWAYS))
        self._places = Places()
        shared = Shared(places=self._places, nobody=nobody, words=words)
        found = [aim_at(each, shared) for each in asked]
        self._aims = tuple([each for each in found if each is not None])
        self._asked = tuple(
            [(leaf, HOLDS << place, FAILS << place) for place, leaf in self._places.leaves.items()]
        )
        self._timeline = Timeline(self._places, today)
        self._tracks = tracks_on(self._places, today)

    def missed_by(self, view: FactView) -> dict[str, NearMiss]:
        """By policy, for a person on the same day."""
        trial = Trial(view)
        said = self._said(view)
        found: dict[str, NearMiss] = {}
        future = Future(self._timeline, trial, said)
        for aim in self._aims:
            missed = _missed(aim, said, future, trial)
            if missed is not None:
                found[aim.asked.policy.policy_id] = missed
        return found

    def _said(self, view: FactView) -> int:
        """What holds and what fails of the person; a condition that was asked is not asked anew."""
        said = self._tracks
        for leaf, holds, fails in self._asked:
            truth = proof_of(leaf, view).truth
            if truth is TRUE:
                said |= holds
            elif truth is FALSE:
                said |= fails
        return said


def _missed(aim: Aim, said: int, future: Future, trial: Trial) -> NearMiss | None:
    if aim.asked.obstacle is not None:
        day = first_day(aim, said, future, trial.view.valid_at)
        return None if day is None else NearMiss(from_day=day, changes=())
    if not met(aim.fails, said):
        return None
    today = missed_today(aim, said, trial)
    # Most ask nothing that moves: that is seen sooner than that it goes on to fail.
    moving = aim.mask & future.moving
    day = first_day(aim, said, future, trial.view.valid_at) if moving else None
    if day is None:
        return today if today.changes else None
    return NearMiss(from_day=day, changes=today.changes)
