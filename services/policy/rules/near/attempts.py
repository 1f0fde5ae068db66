"""Trying what could be changed, the fewest facts first, until the evaluator says it would do."""

from collections.abc import Iterator, Sequence
from functools import reduce
from itertools import combinations, islice, product
from operator import or_
from typing import TypeAlias

from services.policy.rules.candidates import Would
from services.policy.rules.facts import FactView
from services.policy.rules.near.aim import Aim
from services.policy.rules.near.choices import Choice
from services.policy.rules.near.formulas import met
from services.policy.rules.near.places import bits, hoped
from services.policy.rules.near.turns import Ways, turns
from services.policy.rules.prove import prove
from services.policy.rules.trial import Change, Trial
from services.policy.rules.verdict import OPEN, verdict

MOST_WAYS_TRIED = 60
MOST_JOINED = 3
MOST_VALUES_TRIED = 400

Tried: TypeAlias = tuple[tuple[Would, ...], int, int]
"""A value for each fact, and what would be said: a mask, and the bits under it."""


def attempts(aim: Aim, said: int) -> Iterator[tuple[Choice, ...]]:
    """The facts to try together for somebody of whom this is said, the fewest first."""
    ways = _by_size(turns(aim.turn, said), [each.way for each in aim.choices])
    for way in islice(ways, MOST_WAYS_TRIED):
        yield tuple([each for each in aim.choices if way & each.way])


def _by_size(ways: Ways, facts: list[int]) -> Iterator[int]:
    """The ways and, as one fact may stand in several conditions, what they are a part of."""
    if not any(ways):
        return
    fewest = ways[0].bit_count()
    yield from (way for way in ways if way.bit_count() == fewest)
    for count in range(fewest + 1, MOST_JOINED + 1):
        for each in combinations(facts, count):
            joined = sum(each)
            if any(way & joined == way for way in ways):
                yield joined
    yield from (way for way in ways if way.bit_count() > max(fewest, MOST_JOINED))


def enough(
    aim: Aim, said: int, choices: Sequence[Choice], trial: Trial
) -> tuple[Change, ...] | None:
    """Values that would do; what is plainly not enough is passed over without the evaluator."""
    for values, read, told in _tried(choices, trial):
        would = hoped(said & ~read | told, aim.checks)
        if met(aim.holds, would):
            changes = tuple(zip([each.name for each in choices], values, strict=True))
            if _is_confirmed(aim, choices, changes, trial):
                return changes
    return None


def _tried(choices: Sequence[Choice], trial: Trial) -> Iterator[Tried]:
    read = [each.mask for each in choices]
    one_by_one = sum(read) == reduce(or_, read)
    return _apart(choices, trial) if one_by_one else _together(choices, trial)


def _apart(choices: Sequence[Choice], trial: Trial) -> Iterator[Tried]:
    """Values that are no better than earlier ones, by any condition, are left out."""
    told = [each.told(trial) for each in choices]
    counts = [len(each.values) for each in told]
    for options in product(*[each.apart for each in told]):
        place = read = said = 0
        for count, (number, _, mask, bits_told) in zip(counts, options, strict=True):
            place = place * count + number
            read |= mask
            said |= bits_told
        if place >= MOST_VALUES_TRIED:
            return
        yield tuple([option.value for option in options]), read, said


def _together(choices: Sequence[Choice], trial: Trial) -> Iterator[Tried]:
    """A condition that reads several of the facts tells all their values apart."""
    names = [each.name for each in choices]
    read = reduce(or_, [each.mask for each in choices])
    asked = {place: leaf for each in choices for place, leaf in each.asked.items()}
    values = product(*(each.told(trial).values for each in choices))
    for chosen in islice(values, MOST_VALUES_TRIED):
        changes = list(zip(names, chosen, strict=True))
        said = [bits(trial.would(leaf, changes).truth) << place for place, leaf in asked.items()]
        yield chosen, read, reduce(or_, said)


def _is_confirmed(
    aim: Aim, choices: Sequence[Choice], changes: Sequence[Change], trial: Trial
) -> bool:
    """By the evaluator; conditions that read nothing of what is changed are not asked anew.

    All proofs are at hand, so the facts themselves are not needed.
    """
    known = trial.view.proofs
    proofs = {id(leaf): known[id(leaf)] for leaf in aim.leaves}
    for choice, (_, value) in zip(choices, changes, strict=True):
        proofs.update(choice.proofs(value, changes, trial))
    changed = FactView(trial.view.valid_at, trial.view.known_at, proofs=proofs)
    return verdict(prove(aim.criteria, changed)).state in OPEN
