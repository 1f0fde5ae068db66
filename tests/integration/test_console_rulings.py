"""A body's clerk sees in the console which texts contradict each other, and rules on one."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from events.edge.identity import Actor, SignedTokens
from events.edge.pages.sign_in import STAFF_COOKIE
from events.sourcing.clock import SimulatedClock
from services.console.app import build as build_console
from services.console.rulings import PAGE
from tests.integration.test_policy_rulings import answered
from tests.integration.test_portal_leaving import hidden, text_of
from tests.support.conforming import Conforming
from tests.support.policy import (
    BORN,
    CITY_CLERK,
    CONCIERGE,
    DISTRICT_CLERK,
    MASTER,
    NOON,
    SECRET,
    Bureau,
    open_bureau,
    own_settings,
)
from tests.unit.policy.ruling_samples import CITY_TEXT, DISTRICT_TEXT

ELSEWHERE = "http://policy"
REGISTRAR = Actor(subject="r-1", roles=frozenset({"registrar"}))
DISPUTE = {
    "forbids": "DEMO-CITY/not-both",
    "forbids_edition": "1",
    "allows": "DEMO-DISTRICT/both",
    "allows_edition": "1",
}
RULING = {
    "prevails": "allows",
    "effective_on": "2026-03-02",
    "clause": "Ruling 7, point 2: the grants serve different ends",
}


@dataclass(frozen=True, slots=True)
class Office:
    """A policy service with two texts that disagree, and a console before it."""

    bureau: Bureau
    console: httpx.AsyncBaseTransport

    def browser(self, actor: Actor, language: str = "en") -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=self.console,
            base_url="http://console",
            cookies={STAFF_COOKIE: SignedTokens(SECRET).issue(actor)},
            headers={"Accept-Language": language},
        )

    async def page(self, actor: Actor = CITY_CLERK, language: str = "en") -> str:
        last = await self.bureau.kernel.journal.last_position()
        async with self.browser(actor, language) as window:
            answer = await window.get(f"{PAGE}?after={last}")
        assert answer.status_code == 200
        return text_of(answer.text)

    async def send(
        self,
        fields: Mapping[str, str] | None = None,
        *,
        deed: str = "give",
        actor: Actor = CITY_CLERK,
    ) -> tuple[int, str]:
        """Fill in the form and follow where it leads."""
        async with self.browser(actor) as window:
            shown = (await window.get(PAGE)).text
            # Who has no form to fill in sends what somebody else's says.
            keys = {"form_token": hidden(shown, "form_token"), "idempotency_key": str(uuid4())}
            sent = await window.post(
                f"{PAGE}/{deed}", data=keys | DISPUTE | RULING | dict(fields or {})
            )
            if sent.status_code == httpx.codes.SEE_OTHER:
                return 303, text_of((await window.get(sent.headers["location"])).text)
            return sent.status_code, text_of(sent.text)

    async def recorded(self) -> list[str]:
        rows = await self.bureau.kernel.journal.read_stream("policy-DEMO-CITY")
        return [row.name for row in rows]


@pytest.fixture
async def office(postgres_url: str, kafka_bootstrap: str, tmp_path: Path) -> AsyncIterator[Office]:
    clock = SimulatedClock(NOON)
    settings = await own_settings(postgres_url, kafka_bootstrap, tmp_path, clock)
    async with open_bureau(settings) as bureau:
        await bureau.establish()
        for text in (CITY_TEXT, DISTRICT_TEXT):
            await bureau.publish(text)
        own = await own_settings(postgres_url, kafka_bootstrap, tmp_path, clock)
        reach = httpx.AsyncClient(mounts={ELSEWHERE: Conforming(bureau.app)}, timeout=30)
        app = build_console(replace(own, peers={"policy": ELSEWHERE}), http=reach)
        async with app.router.lifespan_context(app):
            yield Office(bureau, httpx.ASGITransport(app))


async def test_a_clerk_sees_both_texts_what_it_costs_and_who_may_rule(office: Office) -> None:
    told = await office.page()
    for said in ("DEMO-CITY/not-both", "DEMO-DISTRICT/both", "Article 9", "Article 6"):
        assert said in told
    assert "goes without up to ¥30,000" in told
    assert "May rule: Demo City (invented)" in told
    assert "Nothing has been ruled yet." in told
    assert told.count("※ Invented for demonstration") == 2


async def test_what_a_clerk_rules_is_recorded_shown_with_its_reason_and_followed(
    office: Office,
) -> None:
    talent_id = str(uuid4())
    facts = await office.bureau.state_facts(talent_id, [BORN, MASTER])
    before = await office.bureau.standing(talent_id, facts)
    assert before["package"]["provisional"] is True

    status, told = await office.send()
    assert (status, "The ruling is recorded" in told) == (303, True)
    assert "No texts in force contradict each other without a ruling" in told
    assert f"✓ What allows counts {RULING['clause']}" in told
    after = await answered(office.bureau, talent_id, versions=2)
    assert (after["provisional"], after["rulings"][0]["clause"]) == (False, RULING["clause"])


async def test_what_was_ruled_can_be_withdrawn_and_waits_again(office: Office) -> None:
    await office.send()
    status, told = await office.send({"clause": "Notice 8: it was premature"}, deed="withdraw")
    assert (status, "The withdrawal is recorded" in told) == (303, True)
    assert "goes without up to ¥30,000" in told
    assert "Withdrawn Notice 8: it was premature" in told
    assert await office.recorded() == [
        "policy.published.v1",
        "policy.ruling-given.v1",
        "policy.ruling-withdrawn.v1",
    ]


async def test_a_form_that_says_too_little_comes_back_with_a_remedy_and_records_nothing(
    office: Office,
) -> None:
    for name, typed, remedy in (
        ("prevails", "", "Choose which of the two counts"),
        ("prevails", "both", "Choose which of the two counts"),
        ("effective_on", "2 March", "as in 2026-03-02"),
        ("clause", " ", "Write the document and clause"),
        ("clause", "x" * 301, "at most 300 characters"),
        ("forbids", "../bodies", "does not say which two statements"),
        ("allows_edition", "-1", "does not say which two statements"),
        ("allows_edition", "2", "has a newer edition, so nothing was recorded"),
    ):
        status, told = await office.send({name: typed})
        assert (status, remedy in told) == (422, True), (name, typed, told)
    assert await office.recorded() == ["policy.published.v1"]


async def test_what_was_typed_stays_typed(office: Office) -> None:
    async with office.browser(CITY_CLERK) as window:
        shown = (await window.get(PAGE)).text
        keys = {name: hidden(shown, name) for name in ("form_token", "idempotency_key")}
        told = await window.post(f"{PAGE}/give", data=keys | DISPUTE | RULING | {"prevails": ""})
    assert f'value="{RULING["clause"]}"' in told.text
    assert '<details class="govuk-details" open>' in told.text


async def test_a_form_sent_twice_is_one_ruling(office: Office) -> None:
    async with office.browser(CITY_CLERK) as window:
        shown = (await window.get(PAGE)).text
        keys = {name: hidden(shown, name) for name in ("form_token", "idempotency_key")}
        sent = [await window.post(f"{PAGE}/give", data=keys | DISPUTE | RULING) for _ in range(2)]
    assert sent[0].headers["location"] == sent[1].headers["location"]
    assert (await office.recorded()).count("policy.ruling-given.v1") == 1


async def test_a_form_of_another_site_records_nothing(office: Office) -> None:
    async with office.browser(CITY_CLERK) as window:
        await window.get(PAGE)
        sent = await window.post(f"{PAGE}/give", data=DISPUTE | RULING)
    assert sent.status_code == 403
    assert await office.recorded() == ["policy.published.v1"]


async def test_a_clerk_without_a_say_reads_who_has_one_and_can_record_nothing(
    office: Office,
) -> None:
    told = await office.page(DISTRICT_CLERK)
    assert "Your body is not among them" in told
    assert "Record the ruling" not in told
    status, refused = await office.send(actor=DISTRICT_CLERK)
    assert (status, "Your body has no say over both texts" in refused) == (422, True)
    assert await office.recorded() == ["policy.published.v1"]


async def test_the_concierge_reads_it_but_cannot_rule_and_others_see_nothing(
    office: Office,
) -> None:
    assert "Record the ruling" not in await office.page(CONCIERGE)
    status, _ = await office.send(actor=CONCIERGE)
    assert status == 403
    async with office.browser(REGISTRAR) as window:
        answer = await window.get(PAGE)
    assert answer.status_code == 403
    assert "DEMO-CITY" not in answer.text
    assert await office.recorded() == ["policy.published.v1"]


async def test_a_clerk_s_start_page_is_what_waits_for_a_ruling(office: Office) -> None:
    async with office.browser(CITY_CLERK) as window:
        assert (await window.get("/")).headers["location"] == PAGE
    async with office.browser(CONCIERGE) as window:
        assert (await window.get("/")).headers["location"] == "/queue"


async def test_the_page_says_so_where_the_policy_service_is_away(office: Office) -> None:
    async def nobody(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("away")

    own = replace(office.bureau.kernel.settings, peers={"policy": ELSEWHERE})
    away = httpx.AsyncClient(transport=httpx.MockTransport(nobody))
    app = build_console(own, http=away)
    transport = httpx.ASGITransport(app)
    async with Office(office.bureau, transport).browser(CITY_CLERK) as window:
        answer = await window.get(PAGE)
    assert "This part is not answering just now" in text_of(answer.text)


async def test_the_page_speaks_chinese_too(office: Office) -> None:
    told = await office.page(language="zh-CN")
    assert "待裁定" in told
    assert "有权裁定：示例市(虚构)" in told
