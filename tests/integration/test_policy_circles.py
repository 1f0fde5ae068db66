"""Of two texts whose sums rest on each other the second is refused, also at the same moment."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from events.sourcing.clock import SimulatedClock
from services.policy.policies.examining import Examiner, Given
from tests.support.policy import (
    CITY_CLERK,
    NOON,
    SYSTEM,
    Bureau,
    document,
    open_bureau,
    own_settings,
)
from tests.unit.policy.test_circles import LESS, text

FIRST = text("ONE", "TWO")
SECOND = text("TWO", "ONE")


@pytest.fixture
async def bureaus(
    postgres_url: str, kafka_bootstrap: str, tmp_path: Path
) -> AsyncIterator[tuple[Bureau, Bureau]]:
    """Two processes of one service."""
    settings = await own_settings(postgres_url, kafka_bootstrap, tmp_path, SimulatedClock(NOON))
    async with open_bureau(settings) as one, open_bureau(settings) as other:
        await one.establish()
        yield one, other


async def test_the_text_that_closes_a_circle_is_refused_and_the_version_in_force_stays(
    bureaus: tuple[Bureau, Bureau],
) -> None:
    bureau, _ = bureaus
    await bureau.publish(FIRST)
    await bureau.publish(text("TWO"))
    before = await bureau.kernel.journal.read_stream("policy-DEMO-TWO")
    closing = document("DEMO-TWO", edition=2).replace("2026-01-15", "2026-02-15") + LESS.format(
        target="#grant", base="DEMO-ONE"
    )

    answer = await bureau.post(CITY_CLERK, "/policies", {"document": closing, "file": "two.yaml"})

    said = answer.json()
    line = closing[: closing.index("  - {id: less")].count("\n") + 1
    assert (answer.status_code, said["type"]) == (422, "policy-not-readable")
    assert (said["file"], said["line"], said["column"]) == ("two.yaml", line, 3)
    assert "DEMO-ONE#grant on DEMO-TWO#grant" in said["problem"]
    assert said["remedy"] == "Let one of them be reckoned without the other."
    assert await bureau.kernel.journal.read_stream("policy-DEMO-TWO") == before != []
    view = (await bureau.get(SYSTEM, "/policies/DEMO-TWO")).json()
    assert view["version"] == 1


async def published_at_once(bureaus: tuple[Bureau, Bureau]) -> list[int]:
    asked = zip(bureaus, (FIRST, SECOND), strict=True)
    answers = await asyncio.gather(
        *(bureau.post(CITY_CLERK, "/policies", {"document": text}) for bureau, text in asked)
    )
    return sorted(answer.status_code for answer in answers)


async def test_of_two_processes_that_publish_a_circle_at_once_one_is_refused(
    bureaus: tuple[Bureau, Bureau],
) -> None:
    assert await published_at_once(bureaus) == [201, 422]


async def test_without_a_turn_both_would_be_published(bureaus: tuple[Bureau, Bureau]) -> None:
    """The control: each looks before the other has recorded."""
    both_looked = asyncio.Barrier(2)

    @asynccontextmanager
    async def whenever(_: AsyncEngine) -> AsyncIterator[None]:
        yield

    class Hasty(Examiner):
        @asynccontextmanager
        async def examined(self, given: Given, now: datetime) -> AsyncIterator[None]:
            async with super().examined(given, now):
                await both_looked.wait()
                yield

    for bureau in bureaus:
        state = bureau.app.state
        state.examiner = Hasty(bureau.kernel, state.views, state.vocabulary, whenever)
    assert await published_at_once(bureaus) == [201, 201]
