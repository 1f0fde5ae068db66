"""What would do today for whoever the same is said of: tried once, then looked up."""

from collections.abc import Iterator

from services.policy.rules.near.aim import Aim
from services.policy.rules.near.attempts import attempts, enough
from services.policy.rules.near.choices import Choice
from services.policy.rules.near.found import NearMiss, Needed
from services.policy.rules.near.loose import as_good
from services.policy.rules.trial import Trial

MOST_REMEMBERED = 256
"""For each policy; then it is begun anew."""


def missed_today(aim: Aim, said: int, trial: Trial) -> NearMiss:
    """For somebody for whom the policy fails; without changes where none was found to do."""
    told = said & aim.matter
    if aim.held and any(map(trial.had_none, aim.held)):
        return NearMiss(from_day=None, changes=tuple(_changes(aim, told, trial, [])))
    return aim.remembered.get(told) or _of_others(aim, told, trial)


def _of_others(aim: Aim, told: int, trial: Trial) -> NearMiss:
    """What was found for those who meet in another way what is met, or else anew."""
    same = as_good(aim.loose, told)
    found = aim.remembered.get(same)
    if found is None:
        tried: list[Choice] = []
        found = NearMiss(from_day=None, changes=tuple(_changes(aim, told, trial, tried)))
        if not all(each.is_for_all(trial) for each in tried):
            return found
        _remember(aim, same, found)
    _remember(aim, told, found)
    return found


def _remember(aim: Aim, told: int, found: NearMiss) -> None:
    if len(aim.remembered) >= MOST_REMEMBERED:
        aim.remembered.clear()
    aim.remembered[told] = found


def _changes(aim: Aim, said: int, trial: Trial, tried: list[Choice]) -> Iterator[Needed]:
    """The smallest set of facts for which values were found that the evaluator confirms."""
    for choices in attempts(aim, said):
        tried.extend(choices)
        found = enough(aim, said, choices, trial)
        if found is not None:
            for choice, (name, value) in zip(choices, found, strict=True):
                yield Needed(fact=name, value=value, leaves=tuple(choice.asked.values()))
            return
