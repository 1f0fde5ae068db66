"""From files of policies and rulings the tool answers what the service answers of the same."""

import json
from pathlib import Path
from typing import Any

import pytest

from events.sourcing.clock import SimulatedClock
from tests.integration.test_policy_offline import offline, without
from tests.integration.test_policy_rulings import PATH, RULING, WITHDRAWAL
from tests.support.policy import CITY_CLERK, NOON, Bureau, open_bureau, own_settings
from tests.unit.policy.ruling_samples import CITY_TEXT, DISTRICT_TEXT
from tests.unit.policy.test_offline_rulings import PERSON
from tests.unit.policy.test_offline_rulings import RULING as FILE
from tests.unit.policy.test_offline_rulings import WITHDRAWAL as TAKEN_BACK


async def served(bureau: Bureau) -> dict[str, Any]:
    asked = {"facts": PERSON["facts"], "known_at": NOON.isoformat()}
    answer = await bureau.post(CITY_CLERK, "/evaluate", asked)
    assert answer.status_code == 200, answer.text
    return named_alike(answer.json())


def named_alike(answer: dict[str, Any]) -> dict[str, Any]:
    """Without the place in the record: files are called otherwise, and so the digest is another."""
    kept = without(answer)
    for package in (kept["package"], kept["possible_package"], kept["certain_package"]):
        for ruling in (package or {}).get("rulings", ()):
            del ruling["row"]
    del kept["outcome_digest"]
    return kept


async def test_the_tool_follows_rulings_as_the_service_does(
    postgres_url: str, kafka_bootstrap: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = Files(tmp_path, capsys)
    settings = await own_settings(postgres_url, kafka_bootstrap, tmp_path, SimulatedClock(NOON))
    async with open_bureau(settings) as bureau:
        await bureau.establish()
        for text in (CITY_TEXT, DISTRICT_TEXT):
            await bureau.publish(text)
        unruled = await served(bureau)
        assert files.told() == unruled

        assert (await bureau.post(CITY_CLERK, PATH, RULING)).status_code == 201
        files.add("CITY-7", FILE)
        await bureau.come_along()
        ruled = await served(bureau)
        assert files.told() == ruled
        # The control: a ruling that only one of them knows shows.
        assert ruled != unruled

        assert (await bureau.post(CITY_CLERK, f"{PATH}/withdraw", WITHDRAWAL)).status_code == 201
        assert files.told() != await after_all(bureau)
        files.add("CITY-8", TAKEN_BACK)
        assert files.told() == await after_all(bureau) == unruled


async def after_all(bureau: Bureau) -> dict[str, Any]:
    await bureau.come_along()
    return await served(bureau)


class Files:
    """The same policies in a folder, and rulings beside them."""

    def __init__(self, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._place, self._capsys = place, capsys
        for folder in ("policies", "rulings"):
            (place / folder).mkdir()
        for name, text in (("DEMO-CITY", CITY_TEXT), ("DEMO-DISTRICT", DISTRICT_TEXT)):
            (place / "policies" / f"{name}.yaml").write_text(text, encoding="utf-8")
        (place / "people.json").write_text(json.dumps([PERSON]), encoding="utf-8")

    def add(self, name: str, text: str) -> None:
        (self._place / "rulings" / f"{name}.yaml").write_text(text, encoding="utf-8")

    def told(self) -> dict[str, Any]:
        more = ("--rulings", str(self._place / "rulings"))
        [person] = offline("evaluate", self._place, self._capsys, *more)["people"]
        return named_alike(person)
