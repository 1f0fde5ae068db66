"""From which day somebody is eligible by the passing of time alone."""

from collections.abc import Iterator
from datetime import date

from services.policy.rules.near.aim import Aim
from services.policy.rules.near.formulas import met
from services.policy.rules.near.places import hoped
from services.policy.rules.near.timeline import Future, stretches


def first_day(aim: Aim, said: int, future: Future, today: date) -> date | None:
    """The first later day, all else being as it is stated now; none where time does not do it.

    An end or suspension that another text states is taken to last, and of a day on which a later
    edition counts nothing is said.
    """
    # What fails by conditions that do not move goes on to fail.
    if met(aim.fails, said & ~future.moving):
        return None
    for since, until, then in stretches(said, future.moves(aim.mask), today):
        if met(aim.holds, hoped(then, aim.checks)):
            for day in _turning(aim, since, until):
                if day > today and aim.asked.can_be_had(day):
                    return day
    return None


def _turning(aim: Aim, since: date, until: date) -> Iterator[date]:
    """The days of a stretch from which on nothing of the policy may stand in the way."""
    yield since
    yield from (day for day in aim.lifts if since < day < until)
