"""The policy service's HTTP door: who may do what, what is refused, and how it is said."""

import asyncio
import operator
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from events.sourcing.clock import SimulatedClock
from services.policy.policies import agreement
from services.policy.rules import Policy, Vocabulary, default_vocabulary
from services.policy.rules.bulk import comparing
from services.policy.rules.outcome import engine_version
from services.policy.rules.tree import Op
from services.policy.rules.yaml_file import MOST_BYTES
from tests.support.company import Waits, waiting_fails
from tests.support.policy import (
    BORN,
    CITY,
    CITY_CLERK,
    CONCIERGE,
    DISTRICT_CLERK,
    NOON,
    SYSTEM,
    Bureau,
    document,
    open_bureau,
    own_settings,
    talent,
)

BETWEEN_TWO_DAYS = document().replace(
    'birth_date, op: "<=", years: 40',
    'return_date, op: ">=", years: 1, at: {fact: graduation_date}',
)


EACH_TIME = agreement.must_agree
"""Looked up before any test runs: while they do, what agreed before is not tried again."""


WORDS = default_vocabulary()


@pytest.fixture(autouse=True)
def _every_policy_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also one that agreed before: here the rules themselves are changed in between."""
    monkeypatch.setattr(agreement, "must_agree", EACH_TIME)


def counting(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The policies that were judged in two ways, as they are."""
    judged: list[str] = []
    judge = agreement.must_agree

    def counted(policy: Policy, today: date, words: Vocabulary) -> None:
        judged.append(policy.policy_id)
        judge(policy, today, words)

    monkeypatch.setattr(agreement, "must_agree", counted)
    return judged


@pytest.fixture
async def bureau(postgres_url: str, kafka_bootstrap: str, tmp_path: Path) -> AsyncIterator[Bureau]:
    clock = SimulatedClock(NOON)
    async with open_bureau(
        await own_settings(postgres_url, kafka_bootstrap, tmp_path, clock)
    ) as opened:
        await opened.establish()
        yield opened


@pytest.mark.parametrize("door", ["/evaluate", "/package"])
async def test_a_question_names_what_it_does_not_understand(bureau: Bureau, door: str) -> None:
    unknown = {"facts": [{"name": "shoe_size", "value": 42}]}
    unfit = {"facts": [{"name": "birth_date", "value": "in spring"}]}
    future = {"facts": [], "known_at": "2027-01-01T00:00:00Z"}

    answers = [await bureau.post(CITY_CLERK, door, each) for each in (unknown, unfit, future)]

    assert [answer.status_code for answer in answers] == [422, 422, 422]
    assert answers[0].json()["type"] == "fact-unknown"
    assert answers[2].json()["type"] == "known-at-in-the-future"


@pytest.mark.parametrize("path", ["/entitlements/%00", "/entitlements/%00/replay"])
async def test_a_talent_that_no_database_could_keep_is_refused(bureau: Bureau, path: str) -> None:
    assert (await bureau.get(CONCIERGE, path)).status_code == 422


async def test_the_view_answers_for_the_day_and_the_moment_of_knowing(bureau: Bureau) -> None:
    await bureau.publish(document())
    bureau.clock.advance(timedelta(hours=1))
    receipt = await bureau.publish(document(edition=2))

    now = (await bureau.get(CITY_CLERK, "/policies", after=str(receipt["position"]))).json()
    then = (await bureau.get(CITY_CLERK, "/policies", known_at=NOON.isoformat())).json()
    early = (await bureau.get(CITY_CLERK, "/policies", valid_at="2026-01-10")).json()

    assert {each["engine_version"] for each in (now, then, early)} == {engine_version(WORDS)}
    assert not now["stale"]
    assert [each["version"] for each in now["policies"]] == [2]
    assert [each["version"] for each in then["policies"]] == [1]
    assert now["view_version"] != then["view_version"]
    assert early["policies"][0]["obstacle"] == "not-yet-in-force"


async def test_a_policy_shows_its_document_and_what_was_said_about_it(bureau: Bureau) -> None:
    await bureau.publish(document())
    await bureau.publish(document("DEMO-NEXT"))
    ended = {"superseded_by": "DEMO-NEXT", "effective_on": "2026-06-01"}
    answer = await bureau.post(CITY_CLERK, "/policies/DEMO-SETTLING/supersede", ended)

    place = str(answer.json()["position"])
    found = (await bureau.get(DISTRICT_CLERK, "/policies/DEMO-SETTLING", after=place)).json()

    assert found["document"] == document()
    assert [each["said"] for each in found["history"]] == ["published", "superseded"]
    assert found["ended"] == {"day": "2026-06-01", "reason": "replaced", "by": "DEMO-NEXT"}
    assert (await bureau.get(SYSTEM, "/policies/DEMO-NONE")).status_code == 404


async def test_another_body_may_neither_publish_nor_end_a_policy(bureau: Bureau) -> None:
    receipt = await bureau.publish(document())
    await bureau.get(SYSTEM, "/policies", after=str(receipt["position"]))
    attempts = {
        "/policies": {"document": document(edition=2)},
        "/policies/DEMO-SETTLING/repeal": {"effective_on": "2026-03-03", "reason": "not ours"},
        "/policies/DEMO-SETTLING/supersede": {
            "superseded_by": "DEMO-OTHER",
            "effective_on": "2026-03-03",
        },
    }

    for actor in (DISTRICT_CLERK, CONCIERGE, talent("t-1")):
        answers = [await bureau.post(actor, path, said) for path, said in attempts.items()]
        assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert (await bureau.post(CITY_CLERK, "/bodies", CITY)).status_code == 403


async def test_a_body_that_was_not_established_cannot_publish(bureau: Bureau) -> None:
    answer = await bureau.post(SYSTEM, "/policies", {"document": document(issuer="minhang")})

    assert (answer.status_code, answer.json()["type"]) == (422, "body-not-established")


async def test_a_file_that_is_not_understood_is_refused_with_its_line(bureau: Bureau) -> None:
    broken = document().replace("amount: 30000 元", "amount: 30000")

    answer = await bureau.post(CITY_CLERK, "/policies", {"document": broken, "file": "new.yaml"})

    said = answer.json()
    assert (answer.status_code, said["type"]) == (422, "policy-not-readable")
    line = broken[: broken.index("amount: 30000")].count("\n") + 1
    assert (said["file"], said["line"]) == ("new.yaml", line)
    assert "元" in said["remedy"]


BOMB = "a: &a [x, x]\nb: [*a, *a]\n"


@pytest.mark.parametrize(
    ("more", "problem"),
    [("# " + "x" * MOST_BYTES, "the file is too large"), (BOMB, "anchors and aliases")],
)
async def test_a_file_that_grows_too_large_is_refused_with_its_place(
    bureau: Bureau, more: str, problem: str
) -> None:
    answer = await bureau.post(CITY_CLERK, "/policies", {"document": document() + more})

    said = answer.json()
    assert (answer.status_code, said["type"]) == (422, "policy-not-readable")
    assert problem in said["problem"]
    assert (said["file"], said["column"] >= 1) == ("policy.yaml", True)
    assert said["remedy"]
    assert await bureau.kernel.journal.read_stream("policy-DEMO-SETTLING") == []


async def test_a_storm_of_retries_publishes_once_and_answers_alike(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {"document": document()}
    judged = counting(monkeypatch)

    answers = await asyncio.gather(
        *(bureau.post(CITY_CLERK, "/policies", asked, key="once") for _ in range(50))
    )

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert len(await bureau.kernel.journal.read_stream("policy-DEMO-SETTLING")) == 1
    assert len(judged) == 1
    other = {"document": document(edition=2)}
    assert (await bureau.post(CITY_CLERK, "/policies", other, key="once")).status_code == 409


async def test_an_answer_is_seen_by_its_talent_and_the_concierge_only(
    bureau: Bureau,
) -> None:
    talent_id = str(uuid4())
    await bureau.standing(talent_id, await bureau.state_facts(talent_id, [BORN]))
    may = [talent(talent_id), CONCIERGE, SYSTEM]
    may_not = [talent(str(uuid4())), CITY_CLERK]

    for path in [f"/entitlements/{talent_id}{part}" for part in ("", "/standing", "/replay")]:
        assert {(await bureau.get(actor, path)).status_code for actor in may} == {200}
        assert {(await bureau.get(actor, path)).status_code for actor in may_not} == {403}


async def test_which_answer_stands_is_said_without_it_as_it_is_with_it(bureau: Bureau) -> None:
    talent_id = str(uuid4())
    await bureau.publish(document())
    whole = await bureau.standing(talent_id, await bureau.state_facts(talent_id, [BORN]))

    said = (await bureau.get(talent(talent_id), f"/entitlements/{talent_id}/standing")).json()
    nobody = await bureau.get(CONCIERGE, f"/entitlements/{uuid4()}/standing")

    assert said == {name: whole[name] for name in said}
    assert (whole["facts_version"], "outcomes" in whole, "outcomes" in said) == (1, True, False)
    assert (nobody.status_code, nobody.json()["type"]) == (404, "entitlement-not-found")


async def test_a_district_cannot_end_a_policy_of_the_city_by_claiming_to_replace_it(
    bureau: Bureau,
) -> None:
    await bureau.publish(document())
    claim = "supersedes: [{policy: DEMO-SETTLING, basis: read, cite: a}]\n"
    text = document("DEMO-CLAIM", issuer="demo-district") + claim
    claimed = await bureau.publish(text, DISTRICT_CLERK)

    after = str(claimed["position"])
    found = (await bureau.get(CITY_CLERK, "/policies/DEMO-SETTLING", after=after)).json()

    assert (found["ended"], found["obstacle"]) == (None, None)
    assert found["contested_by"] == ["DEMO-CLAIM"]


async def test_a_city_ends_a_policy_of_its_district_by_replacing_it(bureau: Bureau) -> None:
    await bureau.publish(document(issuer="demo-district"))
    replaced = "supersedes: [{policy: DEMO-SETTLING, basis: read, cite: a}]\n"
    published = await bureau.publish(document("DEMO-CITYWIDE") + replaced)

    after = str(published["position"])
    found = (await bureau.get(CITY_CLERK, "/policies/DEMO-SETTLING", after=after)).json()

    assert (found["obstacle"], found["contested_by"]) == ("replaced", [])


async def test_a_policy_that_would_be_judged_in_two_ways_is_not_published(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(comparing.COMPARE, Op.AT_LEAST, operator.gt)
    asked = {"document": BETWEEN_TWO_DAYS}

    answer = await bureau.post(CITY_CLERK, "/policies", asked)

    assert (answer.status_code, answer.json()["type"]) == (422, "policy-judged-two-ways")
    view = await bureau.get(CITY_CLERK, "/policies")
    assert view.json()["policies"] == []
    monkeypatch.undo()
    assert (await bureau.post(CITY_CLERK, "/policies", asked)).status_code == 201


async def test_what_was_published_under_a_key_is_answered_again_whatever_is_thought_of_it_since(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {"document": BETWEEN_TWO_DAYS}
    first = await bureau.post(CITY_CLERK, "/policies", asked, key="once")
    monkeypatch.setitem(comparing.COMPARE, Op.AT_LEAST, operator.gt)
    judged = counting(monkeypatch)

    again = await bureau.post(CITY_CLERK, "/policies", asked, key="once")

    assert (again.status_code, again.json(), judged) == (201, first.json(), [])
    anew = await bureau.post(CITY_CLERK, "/policies", asked, key="another")
    assert (anew.status_code, judged) == (422, ["DEMO-SETTLING"])


async def test_a_request_that_led_to_nothing_is_not_judged_again_either(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {"document": document()}
    await bureau.post(CITY_CLERK, "/policies", asked)
    judged = counting(monkeypatch)
    answers = [await bureau.post(CITY_CLERK, "/policies", asked, key="same") for _ in range(2)]
    # Where nothing happened the position says how far the record is: others' talents may come.
    first, again = ({**each.json(), "position": None} for each in answers)
    assert (first, len(judged)) == (again, 1)


async def test_a_publication_waits_for_no_company_as_nobody_else_publishes_meanwhile(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting_fails(monkeypatch)
    with pytest.raises(Waits):
        await bureau.establish()
    await bureau.publish(document())
