"""Each question is put to a solver of its own: what was asked before changes nothing about it."""

from collections.abc import Iterable
from typing import Any

import z3

from services.policy.rules.analysis.calendar import Condition

PATIENCE = 5_000_000
"""Steps, as z3 counts them, over one question: they do not hang on how busy the machine is."""


def question(conditions: Iterable[Condition], patience: int) -> Any:
    """A solver in a context of its own, where the conditions are numbered as they come."""
    apart = z3.Context()
    solver = z3.Solver(ctx=apart)
    solver.set("rlimit", patience)
    solver.add(*(each.translate(apart) for each in conditions))
    return solver


def answered(solver: Any) -> Any:
    """The values that were found, in the terms the question was put in."""
    return solver.model().translate(z3.main_ctx())
