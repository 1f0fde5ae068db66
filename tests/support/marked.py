"""Somebody whose every word can be told from everybody else's, and every door that may say it."""

from datetime import date
from random import Random
from secrets import token_hex
from typing import Any

from events.edge.identity import Actor, SignedTokens
from infra.world.client import LOADER, Client
from infra.world.people import resident_number
from tests.support.remains import says
from tests.support.town import SECRET, Town

HOLDERS = ("registry", "policy", "concierge", "matching")
"""The services that know anything personal; each has a key of its own for each person."""
CONCIERGE = Actor(subject="s-1", roles=frozenset({"concierge"}))
LETTERS = str.maketrans("0123456789", "ghijklmnop")
OPERATOR = Actor(subject="s-2", roles=frozenset({"ops"}))
AGENCY = Actor(subject="a-1", roles=frozenset({"agency"}))


class Person:
    """Somebody whose every word can be told from everybody else's."""

    def __init__(self, client: Client) -> None:
        self.client = client
        # Without digits: a long number in the name of a document is refused.
        self.word = f"MARK{token_hex(8).translate(LETTERS)}"
        chance = Random(self.word)
        self.number = resident_number(chance.randrange(10**4), date(1990, 5, 17), "female", chance)
        self.talent_id = ""
        self.matter = ""
        self.tickets: list[str] = []

    @property
    def actor(self) -> Actor:
        return Actor(
            subject=f"talent-{self.talent_id}",
            roles=frozenset({"talent"}),
            talent_id=self.talent_id,
        )

    async def post(
        self, service: str, path: str, body: object, actor: Actor = LOADER
    ) -> dict[str, Any]:
        return await self.client.post(service, path, body, key=token_hex(8), actor=actor)

    async def arrive(self) -> None:
        """Be registered, state facts, be held by law for a while, ask for something and rate it."""
        name = {"full_name": self.word, "identity_number": self.number}
        answer = await self.post("registry", "/talents", name | {"identity_kind": "resident-id"})
        self.talent_id, self.matter = answer["talent_id"], answer["correlation_id"]
        fact = {"name": "highest_degree", "value": "doctor", "document": self.word}
        place = f"/talents/{self.talent_id}"
        await self.post("registry", f"{place}/credentials", fact)
        hold = {"authority": "a court", "reason": self.word}
        held = await self.post("registry", f"{place}/holds", hold)
        await self.post("registry", f"{place}/holds/{held['hold_id']}/lift", hold)
        await self._ask_and_rate()

    async def _ask_and_rate(self) -> None:
        said = {"topic": "housing", "subject": self.word, "message": self.word}
        opened = await self.post("concierge", "/tickets", said, self.actor)
        path = f"/tickets/{opened['ticket_id']}"
        await self.post("concierge", f"{path}/answer", {"answer": self.word}, CONCIERGE)
        await self.post("concierge", f"{path}/resolve", {"resolution": self.word}, CONCIERGE)
        rating = {"stars": 5, "comment": self.word}
        await self.post("concierge", f"{path}/rate", rating, self.actor)
        again = await self.post("concierge", "/tickets", said, self.actor)
        self.tickets = [opened["ticket_id"], again["ticket_id"]]


def addresses_about(person: Person) -> list[tuple[str, str, Actor]]:
    """Where anybody who may ask could be told something about this person."""
    talent, tickets = person.talent_id, person.tickets
    return [
        *(("registry", path, LOADER) for path in (f"/talents/{talent}", "/talents")),
        ("policy", f"/entitlements/{talent}", LOADER),
        ("policy", f"/entitlements/{talent}/standing", LOADER),
        ("policy", f"/entitlements/{talent}/replay", LOADER),
        ("matching", f"/matches/talents/{talent}", LOADER),
        ("concierge", f"/tickets?talent_id={talent}", CONCIERGE),
        *(("concierge", f"/tickets/{ticket}", CONCIERGE) for ticket in tickets),
        ("feeds", "/events?limit=1000", AGENCY),
        *(("ops", path, OPERATOR) for path in ("/", "/parked", f"/matters/{person.matter}")),
        ("ops", f"/api/matters/{person.matter}", OPERATOR),
        *((service, "/parked-events", OPERATOR) for service in HOLDERS),
        *(("portal", path, person.actor) for path in ("/me", "/me/policies", "/me/tickets")),
        *(("portal", f"/me/tickets/{ticket}", person.actor) for ticket in tickets),
        ("console", "/queue", CONCIERGE),
        *(("console", f"/queue/{ticket}", CONCIERGE) for ticket in tickets),
    ]


async def told_about(town: Town, person: Person) -> set[str]:
    """The services that say the person's word at any of their doors, pages or feeds."""
    found = set()
    for service, path, actor in addresses_about(person):
        token = {"Authorization": f"Bearer {SignedTokens(SECRET.encode()).issue(actor)}"}
        async with town.window(service, actor) as window:
            answer = await window.get(path, headers=token)
        assert answer.status_code in {200, 404, 422}, (service, path, answer.text)
        if says(answer.content, person.word):
            found.add(service)
    return found


async def is_spoken_of(town: Town, person: Person) -> bool:
    """Whether the word has come to every door at which it may be said."""
    return await told_about(town, person) == {
        "registry",
        "policy",
        "concierge",
        "portal",
        "console",
    }
