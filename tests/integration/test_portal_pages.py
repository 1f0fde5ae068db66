"""The portal's pages say what the services' own answers say, and only to whom it concerns."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from itertools import islice
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy.dialects.postgresql import insert

from events.edge.identity import Actor
from events.sourcing.kernel_tables import checkpoint
from events.sourcing.listed_topics import listed_partitions
from events.sourcing.standing import hold_topic
from events.sourcing.yaml_files import read_yaml_file
from infra.world.client import Unanswered
from infra.world.load import load
from infra.world.people import people
from infra.world.story import OFFICER, SCRIPT, STORIES, Thread, register
from services.policy.entitlements.process import ASSESS_BY_FACTS, TALENT_FACTS
from services.portal import conditions
from services.portal.queries import seen_of
from tests.support.story_view import (
    answered,
    package_answered,
    package_shown,
    package_to_be_answered,
    package_to_be_shown,
    read_table,
    shown,
    to_be_answered,
    to_be_shown,
    unlike,
)
from tests.support.town import NIGHT, Town, open_town

STORY = ("lin", "zhou", "han")
TAG = re.compile(r"<[^>]+>")
TABLE = read_table()


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


Known = dict[str, str]
"""The ids of the story's people by who they are."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def known(town: Town) -> Known:
    """The real policies, the three people of the story, and the answers to them."""
    await load(town.client, silent, count=0)
    # Who is judged by fewer policies is judged again, and may be looked at before that.
    published = await town.apps["policy"].state.kernel.journal.last_position()
    await town.seen("policy", published)
    found, places = {}, {}
    async with nobody_judged(town):
        for person in read_yaml_file(SCRIPT)["talents"]:
            thread = Thread(town.client, f"{STORIES}{person['key']}")
            talent_id, places[talent_id] = await register(thread, person, silent)
            found[person["key"]] = talent_id
            await listed(town, places[talent_id])
    for talent_id, place in places.items():
        await judged(town, talent_id, place)
    return found


@asynccontextmanager
async def nobody_judged(town: Town) -> AsyncIterator[None]:
    """Lists arrive meanwhile, and are judged afterwards, the newest of each talent alone.

    An answer is recorded with what it read, and again only where another follows: whoever is judged
    by half of their facts may be shown what was read then.
    """
    engine = town.apps["policy"].state.kernel.engine
    reader, topic = ASSESS_BY_FACTS.name, TALENT_FACTS
    rows = [
        {"reader": reader, "topic": topic, "partition": partition, "next_offset": 0}
        for partition in range(listed_partitions()[topic])
    ]
    async with engine.begin() as connection:
        # Only a row that exists can be held.
        await connection.execute(insert(checkpoint).on_conflict_do_nothing(), rows)
    async with engine.begin() as connection:
        await hold_topic(connection, reader, topic)
        yield


async def listed(town: Town, seen: str) -> None:
    """Wait until the policy service has the whole list."""
    stream, _, version = seen.partition("@")
    reader = town.apps["policy"].state.kernel.readers["talent_fact_list"]
    assert await reader.reached_version(stream, int(version), timeout=30)


async def judged(town: Town, talent_id: str, seen: str) -> None:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What somebody of the story is shown and answered."""

    policies: str
    mine: str
    answer: dict[str, Any]
    outlook: dict[str, Any]


async def look(town: Town, known: Known, key: str) -> Seen:
    talent_id = known[key]
    answer = await town.client.get("policy", f"/entitlements/{talent_id}", actor=me(talent_id))
    path = f"/entitlements/{talent_id}/outlook"
    outlook = await town.client.get("policy", path, actor=me(talent_id))
    async with town.window("portal", me(talent_id)) as window:
        policies = (await window.get("/me/policies")).text
        mine = (await window.get("/me")).text
    return Seen(policies=policies, mine=mine, answer=answer, outlook=outlook)


async def test_the_town_s_clock_shows_the_story_s_evening() -> None:
    told = read_yaml_file(SCRIPT)
    assert datetime.fromisoformat(told["clock_start"]) == NIGHT


@pytest.mark.parametrize("key", STORY)
async def test_somebody_is_shown_and_answered_what_the_table_says_of_every_policy(
    town: Town, known: Known, key: str
) -> None:
    seen = await look(town, known, key)
    assert unlike(to_be_shown(TABLE, key), shown(seen.policies)) == []
    assert unlike(to_be_answered(TABLE, key), answered(seen.answer, seen.outlook)) == []


@pytest.mark.parametrize("key", STORY)
async def test_somebody_is_shown_and_answered_the_package_that_the_table_says(
    town: Town, known: Known, key: str
) -> None:
    seen = await look(town, known, key)
    assert package_shown(seen.mine) == package_to_be_shown(TABLE, key)
    assert package_answered(seen.answer, seen.outlook) == package_to_be_answered(TABLE, key)


async def test_a_page_that_forgets_a_negation_or_mistakes_a_clause_is_told_from_the_table(
    town: Town, known: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(conditions, "OPPOSITE", {})
        found = unlike(to_be_shown(TABLE, "lin"), shown((await look(town, known, "lin")).policies))
        assert any("✗ Must not be so: Titles" in line for line in found)
        assert all("Must not be so" in line for line in found)
    with monkeypatch.context() as broken:
        broken.setattr(conditions, "clause_of", lambda *_: {"zh": "第一条", "en": "Article 1"})
        found = unlike(to_be_shown(TABLE, "lin"), shown((await look(town, known, "lin")).policies))
        assert "is too much: DEMO-DISTRICT-RENT-2026 0: ✓ Works in: Putuo District | Article 1" in {
            line.rpartition(" | ")[0] for line in found
        }


async def test_an_answer_with_another_truth_or_another_sum_is_told_from_the_table(
    town: Town, known: Known
) -> None:
    seen = await look(town, known, "zhou")
    answer, outlook = seen.answer, seen.outlook
    outcome = next(o for o in answer["outcomes"] if o["policy_id"] == "HZ-GRAD-2019")
    outcome["proof"]["children"][0]["truth"] = "false"
    assert unlike(to_be_answered(TABLE, "zhou"), answered(answer, outlook)) == [
        "is missing: HZ-GRAD-2019 0: ✓ | not seen, eligibility.employment | 1",
        "is too much: HZ-GRAD-2019 0: ✗ | not seen, eligibility.employment | 1",
    ]
    answer["package"]["included"][0]["most_fen"] += 100
    assert package_answered(answer, outlook) != package_to_be_answered(TABLE, "zhou")


async def test_another_sum_day_or_change_that_follows_is_told_from_the_table(
    town: Town, known: Known
) -> None:
    seen = await look(town, known, "zhou")
    outlook = seen.outlook
    outlook["fact_worths"][0]["with_others_fen"] += 100
    outlook["near_misses"][0]["from_day"] = "2027-01-01"
    outlook["near_misses"][0]["changes"].pop()
    name = outlook["near_misses"][0]["policy_id"]
    found = unlike(to_be_answered(TABLE, "zhou"), answered(seen.answer, outlook))
    assert f"is too much: {name} from 2027-01-01" in found
    assert any(line.startswith(f"is missing: {name} near ") for line in found)
    assert any(" worth " in line for line in found)


def has_address(source: dict[str, Any]) -> bool:
    """A page that was stored without its address says so in its title."""
    return bool(source["url"]) != ("without address" in source["title"])


async def test_every_real_policy_is_answered_as_the_document_says_with_its_sources(
    town: Town, known: Known
) -> None:
    """The town's client holds every answer against the service's document."""
    view = await town.client.get("policy", "/policies", actor=me(known["han"]))
    assert len(view["policies"]) >= 88
    for entry in view["policies"]:
        path = f"/policies/{entry['policy_id']}"
        one = await town.client.get("policy", path, actor=me(known["han"]))
        assert one["sources"] == entry["sources"]
        assert entry["demo"] or all(map(has_address, one["sources"]))


async def test_my_view_shows_the_file_and_the_view_it_rests_on(town: Town, known: Known) -> None:
    seen = await look(town, known, "lin")
    page = text_of(seen.mine)
    assert "林知远, this is your view" in page
    assert "Highest degree doctor verified" in page
    assert "Putuo high-level talent" in page
    assert seen.answer["view_version"][:12] in page


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
