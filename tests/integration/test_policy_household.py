"""A couple's best package over HTTP: as the offline tool answers, and only for who may see both."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from events.edge.identity import Actor
from events.sourcing.clock import SimulatedClock
from tests.integration.test_policy_offline import offline
from tests.support.policy import (
    BORN,
    CITY_CLERK,
    CONCIERGE,
    DOCTOR,
    MASTER,
    NOON,
    Bureau,
    document,
    open_bureau,
    own_settings,
    talent,
)

CAP = """\
interactions:
  - {id: cap, cap: {members: ["#grant"], most: 45000 元, per: household}, cite: "Article 9"}
"""
SHARED = "cost_item: settling\n    subject: household"
DOCUMENTS = {
    "DEMO-SETTLING": document("DEMO-SETTLING", degree="master") + CAP,
    "DEMO-HOME": document("DEMO-HOME", amount=70_000).replace("cost_item: settling", SHARED),
}
OF_THE_SERVICE = (
    "stale",
    "horizon",
    "confirmed_only",
    "view_version",
    "view_position",
    "engine_version",
    "unreadable_policies",
    "facts",
)
ANN, BEN = str(uuid4()), str(uuid4())
PATH = f"/entitlements/{ANN}/household"


@dataclass(frozen=True, slots=True)
class Home:
    """A policy service that knows a couple, and the same policies and people in files."""

    bureau: Bureau
    after: str
    files: Path

    async def asked(self, actor: Actor = CONCIERGE, **params: str) -> tuple[int, dict[str, Any]]:
        said = {"spouse": BEN, "after": self.after, **params}
        answer = await self.bureau.get(actor, PATH, **said)
        return answer.status_code, answer.json()


def as_file(name: str, facts: list[Any]) -> dict[str, Any]:
    said = [{"name": each.name, "value": each.value, "source": each.source} for each in facts]
    return {"talent_id": name, "household": "h-1", "facts": said}


@pytest.fixture
async def home(postgres_url: str, kafka_bootstrap: str, tmp_path: Path) -> AsyncIterator[Home]:
    facts = {ANN: [BORN, DOCTOR], BEN: [BORN, MASTER]}
    (tmp_path / "policies").mkdir()
    for name, text in DOCUMENTS.items():
        (tmp_path / "policies" / f"{name}.yaml").write_text(text, encoding="utf-8")
    people = [as_file(name, listed) for name, listed in facts.items()]
    (tmp_path / "people.json").write_text(json.dumps(people), encoding="utf-8")
    settings = await own_settings(postgres_url, kafka_bootstrap, tmp_path, SimulatedClock(NOON))
    async with open_bureau(settings) as bureau:
        await bureau.establish()
        for text in DOCUMENTS.values():
            await bureau.publish(text)
        after = ""
        for name, listed in facts.items():
            after = await bureau.state_facts(name, listed)
            await bureau.standing(name, after)
        yield Home(bureau, after, tmp_path)


async def test_the_service_answers_a_couple_as_the_offline_tool_does(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    status, served = await home.asked()
    assert (status, served["stale"]) == (200, False)
    # By hand: 30k + 30k settling, at most 45k for the family; the home once, for the doctor.
    assert served["package"]["most_fen"] == (45_000 + 70_000) * 100
    [told] = offline("package", home.files, capsys)["households"]
    kept = {name: value for name, value in served.items() if name not in OF_THE_SERVICE}
    assert kept == {name: value for name, value in told.items() if name != "household"}
    assert [each["talent_id"] for each in served["facts"]] == [ANN, BEN]
    # The control: what each has alone adds up to something else.
    alone = [(await home.bureau.standing(name))["package"]["most_fen"] for name in (ANN, BEN)]
    assert sum(alone) != served["package"]["most_fen"]
    _, earlier = await home.asked(valid_at="2026-01-10")
    assert earlier["package"]["most_fen"] == 0


async def test_a_couple_is_told_what_is_paid_in_as_many_months_as_they_ask_for(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    rent = document("DEMO-RENT", amount=1_000).replace("per: once", "per: month, term: open")
    unseen = document("DEMO-UNSEEN", amount=5_000).replace("to: open", "to: not_seen")
    for name, text in (("DEMO-RENT", rent), ("DEMO-UNSEEN", unseen)):
        (home.files / "policies" / f"{name}.yaml").write_text(text, encoding="utf-8")
        await home.bureau.publish(text)
    _, whole = await home.asked()
    _, served = await home.asked(horizon="30", confirmed_only="true")
    assert (served["horizon"], served["confirmed_only"]) == (30, True)
    assert served["package"]["most_fen"] - whole["package"]["most_fen"] == (18_000 - 5_000) * 100
    more = ["--horizon", "30", "--confirmed-only"]
    [told] = offline("package", home.files, capsys, *more)["households"]
    assert served["package"] == told["package"]
    assert (await home.asked(horizon="0"))[0] == 422


async def test_only_who_may_see_both_is_answered(home: Home) -> None:
    for actor in (talent(ANN), talent(BEN), CITY_CLERK):
        status, said = await home.asked(actor)
        assert status == 403
        assert "package" not in said
    # The control: alone each of the two sees their own.
    assert (await home.bureau.get(talent(ANN), f"/entitlements/{ANN}")).status_code == 200
    assert (await home.asked(CONCIERGE))[0] == 200


async def test_a_spouse_of_whom_nothing_is_known_or_who_is_the_same_is_refused(
    home: Home,
) -> None:
    status, said = await home.asked(spouse=str(uuid4()))
    assert (status, said["type"]) == (404, "facts-not-found")
    status, said = await home.asked(spouse=ANN)
    assert (status, said["type"]) == (422, "household-needs-two")
    assert (await home.asked(spouse="../x"))[0] == 422


async def test_who_was_erased_is_no_longer_answered_about(home: Home) -> None:
    after = await home.bureau.erase(BEN)
    status, said = await home.asked(after=after)
    assert (status, said["type"]) == (404, "facts-not-found")
