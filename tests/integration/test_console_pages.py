"""The console shows the queue to those who serve, and nothing to anybody else."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from events.edge.identity import Actor
from infra.world.story import OFFICER
from tests.support.town import Town, open_town

TALENT = Actor(subject="talent-t-1", roles=frozenset({"talent"}), talent_id="t-1")
DEEDS: tuple[tuple[str, dict[str, str], str], ...] = (
    ("accept", {}, "It is yours, to the end."),
    ("answer", {"answer": "A car is on its way."}, "Your answer is recorded."),
    ("resolve", {"resolution": "Picked up."}, "Marked as solved"),
)
CLERK = Actor(subject="clerk", roles=frozenset({"clerk"}), body_id="minhang")


# One town for all tests of the module, on one loop: nothing in it is about more than one talent.
pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(
    postgres_url: str, kafka_bootstrap: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Town]:
    folder = tmp_path_factory.mktemp("town")
    async with open_town(postgres_url, kafka_bootstrap, folder) as opened:
        yield opened


async def opened(town: Town, subject: str) -> tuple[str, int]:
    """A request of the talent; its number and its place."""
    body = {"topic": "urgent-help", "subject": subject, "message": "now"}
    answer = await town.client.post("concierge", "/tickets", body, key=subject, actor=TALENT)
    reader = town.apps["concierge"].state.kernel.readers["ticket"]
    assert await reader.reached(answer["position"], timeout=30)
    return answer["ticket_id"], answer["position"]


def form_of(page: str, **fields: str) -> dict[str, str]:
    return {
        name: re.findall(rf'name="{name}" value="([^"]+)"', page)[-1]
        for name in ("form_token", "idempotency_key")
    } | fields


async def do(window: Any, ticket_id: str, deed: str, **fields: str) -> Any:
    """Send one of the forms of the ticket's page."""
    page = (await window.get(f"/queue/{ticket_id}")).text
    return await window.post(f"/queue/{ticket_id}/{deed}", data=form_of(page, **fields))


async def test_nobody_comes_in_without_a_session(town: Town) -> None:
    async with town.window("console", None) as window:
        answer = await window.get("/queue?after=3")
        assert answer.status_code == 303
        assert answer.headers["location"] == "/sign-in?next=%2Fqueue%3Fafter%3D3"
        stream = await window.get("/queue/live", headers={"Accept": "text/event-stream"})
        assert stream.status_code == 401


@pytest.mark.parametrize("stranger", [TALENT, CLERK])
async def test_whoever_does_not_serve_sees_no_queue(town: Town, stranger: Actor) -> None:
    ticket_id, _ = await opened(town, "Not for them")
    async with town.window("console", stranger) as window:
        for path in ("/queue", f"/queue/{ticket_id}"):
            answer = await window.get(path)
            assert answer.status_code == 403
            assert "Not for them" not in answer.text


async def test_a_ticket_is_taken_answered_and_solved(town: Town) -> None:
    ticket_id, position = await opened(town, "A lift at night")
    async with town.window("console", OFFICER) as window:
        queue = (await window.get(f"/queue?after={position}")).text
        assert "A lift at night" in queue
        assert "Urgent help" in queue
        page = ""
        for deed, fields, said in DEEDS:
            done = await do(window, ticket_id, deed, **fields)
            assert done.status_code == 303
            page = (await window.get(done.headers["location"])).text
            assert said in page
        assert "A car is on its way." in page
        assert "Shen Hui (invented)" in page


async def test_a_second_officer_is_told_that_somebody_was_first(town: Town) -> None:
    ticket_id, _ = await opened(town, "Once only")
    second = Actor(subject="staff-day-officer", roles=frozenset({"concierge"}))
    async with town.window("console", second) as late:
        page = (await late.get(f"/queue/{ticket_id}")).text
        async with town.window("console", OFFICER) as first:
            await do(first, ticket_id, "accept")
        refused = await late.post(f"/queue/{ticket_id}/accept", data=form_of(page))
        assert refused.status_code == 422
        assert "Somebody has taken this request meanwhile." in refused.text


async def test_an_empty_answer_comes_back_with_the_reason(town: Town) -> None:
    ticket_id, _ = await opened(town, "Say something")
    async with town.window("console", OFFICER) as window:
        empty = await do(window, ticket_id, "answer", answer="  ")
        assert empty.status_code == 422
        assert "Write what you tell the talent" in empty.text


async def test_one_form_sent_twice_is_one_answer(town: Town) -> None:
    ticket_id, _ = await opened(town, "Twice")
    async with town.window("console", OFFICER) as window:
        page = (await window.get(f"/queue/{ticket_id}")).text
        form = form_of(page, answer="Once.")
        answers = [await window.post(f"/queue/{ticket_id}/answer", data=form) for _ in range(2)]
        assert {answer.status_code for answer in answers} == {303}
        assert len({answer.headers["location"] for answer in answers}) == 1


async def test_signing_in_goes_where_the_reader_wanted_and_never_to_another_site(
    town: Town,
) -> None:
    async with town.window("console", None) as window:
        for wanted, onward in (
            ("/queue?lang=en", "/queue?lang=en"),
            ("//elsewhere.test", "/"),
            ("https://elsewhere.test/queue", "/"),
            ("/\\elsewhere.test", "/"),
        ):
            page = (await window.get("/sign-in")).text
            token = re.findall(r'name="form_token" value="([^"]+)"', page)[-1]
            form = {"form_token": token, "persona_id": "night-officer", "next": wanted}
            answer = await window.post("/sign-in", data=form)
            assert (answer.status_code, answer.headers["location"]) == (303, onward)
            cookie = answer.headers["set-cookie"]
            assert "HttpOnly" in cookie
            assert "SameSite=lax" in cookie
        assert (await window.get("/queue")).status_code == 200


async def test_a_persona_of_another_door_is_not_let_in(town: Town) -> None:
    async with town.window("console", None) as window:
        page = (await window.get("/sign-in")).text
        assert "lin" not in re.findall(r'name="persona_id" value="([^"]+)"', page)
        token = re.findall(r'name="form_token" value="([^"]+)"', page)[-1]
        answer = await window.post("/sign-in", data={"form_token": token, "persona_id": "lin"})
        assert answer.status_code == 403
        assert "concord_session" not in answer.headers.get("set-cookie", "")


async def test_signing_out_ends_the_session(town: Town) -> None:
    async with town.window("console", OFFICER) as window:
        page = (await window.get("/queue")).text
        token = re.findall(r'name="form_token" value="([^"]+)"', page)[0]
        out = await window.post("/sign-out", data={"form_token": token})
        assert out.headers["location"] == "/sign-in"
        assert 'concord_session="";' in out.headers["set-cookie"]
