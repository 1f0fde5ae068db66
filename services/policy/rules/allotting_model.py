"""The most that several caps allow, asked of CP-SAT: for caps that go round in a circle."""

from collections.abc import Sequence

from ortools.sat.python import cp_model


def most_under(wanted: Sequence[int], caps: Sequence[tuple[int, int]]) -> list[int]:
    """The most in sum; of several ways to come to it the one that fills the earlier ones first."""
    model = cp_model.CpModel()
    paid = [model.new_int_var(0, fen, "fen") for fen in wanted]
    for held, room in caps:
        model.add(sum([fen for place, fen in enumerate(paid) if held >> place & 1]) <= room)
    _reach(model, sum(paid))
    return [_reach(model, fen) for fen in paid]


def _reach(model: cp_model.CpModel, aim: cp_model.LinearExprT) -> int:
    """The aim is made as large as possible and then kept."""
    model.maximize(aim)
    solver = cp_model.CpSolver()
    # One worker and one seed: the same question is answered alike everywhere.
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.solve(model)
    reached = solver.value(aim)
    model.add(aim == reached)
    return reached
