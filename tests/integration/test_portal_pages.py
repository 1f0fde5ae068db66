"""The portal's pages say what the services' own answers say, and only to whom it concerns."""

import asyncio
import re
from collections.abc import AsyncIterator
from html import unescape
from itertools import islice
from typing import Any

import pytest
import pytest_asyncio
import yaml

from events.edge.identity import Actor
from infra.world.client import Unanswered
from infra.world.load import load
from infra.world.people import people
from infra.world.story import OFFICER, SCRIPT, STORIES, Thread, register
from services.portal.conditions import leaves_of
from services.portal.queries import seen_of
from services.portal.words import Words
from tests.support.town import Town, open_town

STORY = ("lin", "zhou", "han")
TAG = re.compile(r"<[^>]+>")
SIGNS = {"met": "✓", "not_met": "✗", "unknown": "?", "manual": "◐"}
LABELS = {
    "eligible": "Eligible",
    "eligible_subject_to_manual_check": "Eligible if a person confirms it",
    "undetermined": "Unknown: facts are missing",
    "not_eligible": "Not eligible",
    "criteria_not_seen": "Criteria not seen",
    "not_in_force": "Not in force",
    "pending": "Not yet in force",
}


def me(talent_id: str) -> Actor:
    return Actor(subject=f"talent-{talent_id}", roles=frozenset({"talent"}), talent_id=talent_id)


# One town for all tests of the module, on one loop: nothing in it is about more than one talent.
pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(
    postgres_url: str, kafka_bootstrap: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Town]:
    folder = tmp_path_factory.mktemp("town")
    async with open_town(postgres_url, kafka_bootstrap, folder) as opened:
        yield opened


def silent(_: str) -> None:
    """The tests have their own output."""


async def arrived(town: Town) -> dict[str, str]:
    """The real policies, the three people of the story, and the answers to them."""
    await load(town.client, silent, count=0)
    told = yaml.safe_load(SCRIPT.read_text(encoding="utf-8"))["talents"]
    found = {}
    for person in told:
        thread = Thread(town.client, f"{STORIES}{person['key']}")
        talent_id, seen = await register(thread, person, silent)
        await answered(town, talent_id, seen)
        found[person["key"]] = talent_id
    return found


async def answered(town: Town, talent_id: str, seen: str) -> None:
    """Wait until the policy service has judged everything that is known."""
    async with asyncio.timeout(60):
        while True:
            try:
                answer = await town.client.get("policy", f"/entitlements/{talent_id}", after=seen)
            except Unanswered:
                continue
            if not answer["stale"]:
                return


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(TAG.sub(" ", html)))


def card_of(page: str, policy_id: str) -> str:
    """One policy's part of the page, as text."""
    start = page.index(f'id="{policy_id}"')
    return text_of(page[page.rindex("<article", 0, start) : page.index("</article>", start)])


async def test_the_page_and_the_interface_agree_on_every_policy_of_three_people(
    town: Town,
) -> None:
    known = await arrived(town)
    words: Words = town.apps["portal"].state.portal.words
    for key in STORY:
        talent_id = known[key]
        answer = await town.client.get("policy", f"/entitlements/{talent_id}", actor=me(talent_id))
        async with town.window("portal", me(talent_id)) as window:
            page = (await window.get("/me/policies")).text
        assert len(answer["outcomes"]) >= 28
        assert page.count("<article") == len(answer["outcomes"])
        for outcome in answer["outcomes"]:
            agree(card_of(page, outcome["policy_id"]), outcome, words)


def agree(card: str, outcome: dict[str, Any], words: Words) -> None:
    """State, what is missing, and of each condition its truth, its clause and what was read."""
    assert LABELS[outcome["state"]] in card
    assert ("In force, not confirmed" in card) is not outcome["confirmed"]
    assert ("Invented for demonstration" in card) is outcome["demo"]
    for fact in outcome["missing"]:
        assert words.label(fact)["en"] in card.split("Missing:")[1]
    assert ("Missing:" in card) is bool(outcome["missing"])
    leaves = leaves_of(outcome["proof"], words, recorded_at={})
    read = _leaves(outcome["proof"])
    assert len(leaves) == len(read)
    for shown, leaf in zip(leaves, read, strict=True):
        assert f"{SIGNS[shown['truth']]} {shown['text']['en']}" in card
        assert leaf["cite"]["where"] in card
        for value in leaf["read"]:
            if value["state"] == "value":
                said = words.value(value["fact"], value["value"])["en"]
                assert f"{words.label(value['fact'])['en']}: {said}" in card


def _leaves(proof: dict[str, Any] | None) -> list[dict[str, Any]]:
    if proof is None:
        return []
    if "leaf" in proof:
        return [proof]
    return [leaf for child in proof["children"] for leaf in _leaves(child)]


async def test_my_view_shows_the_package_the_file_and_the_posts(town: Town) -> None:
    talent_id = (await arrived(town))["lin"]
    answer = await town.client.get("policy", f"/entitlements/{talent_id}", actor=me(talent_id))
    async with town.window("portal", me(talent_id)) as window:
        page = text_of((await window.get("/me")).text)
    least, most = answer["package"]["least_fen"], answer["package"]["most_fen"]
    assert f"¥{least // 100:,}" in page
    assert f"¥{most // 100:,}" in page
    assert "林知远, this is your view" in page
    assert "Highest degree doctor verified" in page
    assert "Putuo high-level talent" in page
    assert answer["view_version"][:12] in page


async def test_a_part_that_is_away_leaves_the_rest_of_the_page(town: Town) -> None:
    talent_id = await somebody(town, 1)
    town.away.add("matching")
    async with town.window("portal", me(talent_id)) as window:
        answer = await window.get("/me")
        assert answer.status_code == 200
        assert "This part is not answering just now" in answer.text
        assert next(islice(people(), 1, None)).registration["full_name"] in answer.text
        town.away.add("concierge")
        refused = await ask(window, subject="Still here")
        assert refused.status_code == 503
        assert "It will not be recorded twice" in refused.text
        assert 'value="Still here"' in refused.text
        key = hidden(refused.text, "idempotency_key")
        town.away.clear()
        opened = await ask(window, subject="Still here", key=key)
        again = await ask(window, subject="Still here", key=key)
        assert opened.status_code == again.status_code == 303
        assert opened.headers["location"] == again.headers["location"]


async def somebody(town: Town, number: int) -> str:
    """One of the invented people, with what is known of them."""
    person = next(islice(people(), number, None))
    key = person.key
    answer = await town.client.post(
        "registry", "/talents", person.registration, key=f"{key}/register"
    )
    talent_id: str = answer["talent_id"]
    answer = await town.client.post(
        "registry", f"/talents/{talent_id}/facts", person.facts, key=f"{key}/facts"
    )
    await town.seen("registry", answer["position"])
    return talent_id


async def ask(window: Any, *, subject: str, key: str | None = None) -> Any:
    """Fill in the form and send it."""
    page = (await window.get("/me/tickets")).text
    form = {
        "form_token": hidden(page, "form_token"),
        "idempotency_key": key or hidden(page, "idempotency_key"),
        "topic": "housing",
        "subject": subject,
        "message": "When?",
    }
    return await window.post("/me/tickets", data=form)


def hidden(page: str, name: str) -> str:
    return str(re.findall(rf'name="{name}" value="([^"]+)"', page)[-1])


async def test_another_talent_s_request_is_not_there(town: Town) -> None:
    talent_id = await somebody(town, 2)
    async with town.window("portal", me(talent_id)) as window:
        place = (await ask(window, subject="Mine")).headers["location"]
        assert (await window.get(place)).status_code == 200
    async with town.window("portal", me("another-talent")) as window:
        answer = await window.get(place)
        assert answer.status_code == 404
        assert "Mine" not in answer.text


async def test_a_form_without_its_token_changes_nothing(town: Town) -> None:
    talent_id = await somebody(town, 3)
    async with town.window("portal", me(talent_id)) as window:
        sent = await window.post("/me/tickets", data={"subject": "a", "message": "b"})
        assert sent.status_code == 403
        assert "Nothing was changed" in sent.text
    listed = await town.client.get("concierge", "/tickets", actor=OFFICER, talent_id=talent_id)
    assert listed["tickets"] == []


async def test_a_request_begins_a_matter_and_the_rating_belongs_to_it(town: Town) -> None:
    talent_id = await somebody(town, 4)
    async with town.window("portal", me(talent_id)) as window:
        onward = (await ask(window, subject="One matter")).headers["location"]
        path_of_page = place = onward.split("?")[0]
        ticket_id = path_of_page.rsplit("/", 1)[1]
        path = f"/tickets/{ticket_id}"
        for deed, body in (("answer", {"answer": "a"}), ("resolve", {"resolution": "r"})):
            done = await town.client.post(
                "concierge", f"{path}/{deed}", body, key=deed, actor=OFFICER
            )
            place = f"{path_of_page}?after={done['position']}"
        page = (await window.get(place)).text
        form = {
            "form_token": hidden(page, "form_token"),
            "idempotency_key": hidden(page, "idempotency_key"),
            "stars": "5",
        }
        rated = await window.post(f"{path_of_page}/rate", data=form)
        assert "Rated 5 of 5 stars" in (await window.get(rated.headers["location"])).text
    kernel = town.apps["concierge"].state.kernel
    rows = await kernel.desk.open(await kernel.journal.read_stream(f"ticket-{ticket_id}"))
    matters = {row.name: row.correlation_id for row in rows}
    assert matters["ticket.rated.v1"] == matters["ticket.opened.v1"]


async def test_the_portal_hears_from_kafka_what_concerns_a_talent(town: Town) -> None:
    talent_id = await somebody(town, 5)
    portal = town.apps["portal"].state.portal
    async with town.window("portal", me(talent_id)) as window:
        place = (await ask(window, subject="Heard")).headers["location"]
    position = int(re.findall(r"after=(\d+)", place)[0])
    async with asyncio.timeout(30):
        while True:
            mark = portal.moved.mark(talent_id)
            seen = await seen_of(portal.engine, talent_id)
            if seen.positions.get("ticket", 0) >= position and "talent" in seen.positions:
                break
            await portal.moved.until_moved(talent_id, mark, seconds=5)
    assert seen.changes >= 3
