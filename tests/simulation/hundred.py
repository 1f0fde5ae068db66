"""What a hundred seeds come to; each file plays its own, so that files can be shared out."""

from collections.abc import Sequence

from tests.simulation.fate import MISHAPS
from tests.simulation.verdict import Verdict


def faults_in(verdicts: Sequence[Verdict]) -> dict[int, list[str]]:
    """What is wrong, by seed; nothing where all is well."""
    return {verdict.seed: verdict.faults for verdict in verdicts if verdict.faults}


def never_happened(verdicts: Sequence[Verdict]) -> set[tuple[str, str]]:
    """Mishaps that none of the seeds met at a kind of step where there may be one."""
    happened = {mishap for verdict in verdicts for mishap in verdict.mishaps}
    return {(step, what) for step, mishaps in MISHAPS.items() for what in mishaps} - happened
