"""What the offline tool says to whoever asks it in JSON."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from events.sourcing.clock import SimulatedClock
from services.policy.offline.command import WRONG, run
from tests.support.tool_answers import must_fit
from tests.unit.policy.rules.rule_samples import NOW


@pytest.fixture
def answered(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, Any, str]]:
    """What the tool ends with, answers, and says beside it."""

    def ask(*arguments: str | Path) -> tuple[int, Any, str]:
        code = run([*map(str, arguments), "--json"], SimulatedClock(NOW))
        said = capsys.readouterr()
        answer = json.loads(said.out)
        must_fit(
            "refusal" if code == WRONG and arguments[0] != "check" else str(arguments[0]), answer
        )
        return code, answer, said.err

    return ask
