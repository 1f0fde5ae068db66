"""One arrival played through HTTP: registered, verified, conferred, entitled, matched, answered."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from events.edge.identity import Actor
from events.sourcing.yaml_files import read_yaml_file
from infra.world.causes import loose_ends, tree
from infra.world.client import Client, Matter, Unanswered
from infra.world.load import key_of

SCRIPT = Path(__file__).parents[2] / "data/demo/story.yaml"
STORIES = UUID("c9f0cf1e-58a7-5f8e-b7a5-61f4f6a7c0de")

REGISTRAR = Actor(subject="staff-registrar", roles=frozenset({"registrar"}))
OFFICER = Actor(subject="staff-night-officer", roles=frozenset({"concierge"}))
OPERATOR = Actor(subject="staff-operator", roles=frozenset({"ops"}))
MATCHMAKER = Actor(subject="staff-matchmaker", roles=frozenset({"matchmaker"}))

SERVICES = {"registry", "policy", "matching", "concierge"}
LAST = "ticket.rated.v1"
"""What the arrival ends with."""
STEPS = {"facts": "recorded", "credentials": "verified", "tiers": "conferred"}

Say = Callable[[str], None]


@dataclass(slots=True)
class Thread:
    """One correlation id; every request names the event before it as its cause."""

    client: Client
    correlation_id: str
    last_event: str | None = None

    async def post(
        self, service: str, path: str, body: object, *, key: str, actor: Actor
    ) -> dict[str, Any]:
        """Ask, and remember the event that came of it."""
        matter = Matter(self.correlation_id, self.last_event)
        answer = await self.client.post(
            service, path, body, key=f"story/{key}", actor=actor, matter=matter
        )
        receipt = answer.get("receipt", answer)
        if receipt["event_ids"]:
            self.last_event = receipt["event_ids"][-1]
        return answer


async def play(client: Client, say: Say, *, script: Path = SCRIPT) -> str:
    """Play the whole story and print the arrival; its correlation id."""
    arrival = await tell(client, say, script=script)
    await print_matter(client, arrival, say)
    return arrival


async def tell(client: Client, say: Say, *, script: Path = SCRIPT) -> str:
    """What happens to everybody in the story; the correlation id of the arrival."""
    arrival = ""
    for person in _told(script)["talents"]:
        correlation_id = str(uuid5(STORIES, person["key"]))
        thread = Thread(client, correlation_id)
        talent_id, seen = await register(thread, person, say)
        await show_entitlements(client, talent_id, seen, say)
        if "ticket" in person:
            await show_matches(client, talent_id, seen, say)
            await night_request(thread, talent_id, person["ticket"], say)
            arrival = correlation_id
    return arrival


async def arrive(client: Client, say: Say, *, script: Path = SCRIPT) -> None:
    """Only register the people of the story, so that there is somebody to sign in as."""
    for person in _told(script)["talents"]:
        await register(Thread(client, str(uuid5(STORIES, person["key"]))), person, say)


def _told(script: Path) -> Mapping[str, Any]:
    told: Mapping[str, Any] = read_yaml_file(script)
    return told


async def register(thread: Thread, person: Mapping[str, Any], say: Say) -> tuple[str, str]:
    """The talent arrives; their id, and the place (`stream@version`) others must have seen."""
    key = person["key"]
    say(f"\n{person['who']}")
    answer = await thread.post(
        "registry", "/talents", person["registration"], key=f"{key}/register", actor=REGISTRAR
    )
    talent_id: str = answer["talent_id"]
    say(f"  registered as {talent_id}")
    steps = [("facts", {"facts": person["facts"]})] if person.get("facts") else []
    steps += [("credentials", credential) for credential in person.get("credentials", ())]
    steps += [("tiers", tier) for tier in person.get("tiers", ())]
    for number, (what, body) in enumerate(steps):
        answer = await thread.post(
            "registry",
            f"/talents/{talent_id}/{what}",
            body,
            key=key_of(f"{key}/{what}/{number}", body),
            actor=REGISTRAR,
        )
        say(f"  {STEPS[what]}: {_named(what, body)}")
    return talent_id, f"{answer['stream']}@{answer['version']}"


def _named(what: str, body: Mapping[str, Any]) -> str:
    match what:
        case "facts":
            return f"{len(body['facts'])} facts"
        case "tiers":
            return f"{body['programme']} {body['tier'] or ''}".strip()
        case _:
            return str(body["name"])


async def show_entitlements(client: Client, talent_id: str, seen: str, say: Say) -> None:
    """What the standing evaluation found, policy by policy, and the best lawful package."""
    answer = await client.get_when(
        "policy", f"/entitlements/{talent_id}", _fresh, actor=OFFICER, after=seen
    )
    say(f"  view {answer['view_version'][:12]}, engine {answer['engine_version']}:")
    for outcome in answer["outcomes"]:
        say(f"    {outcome['state']:<34} {outcome['policy_id']:<26} {_why(outcome)}")
    package = answer["package"]
    say(f"  best lawful package: {_yuan(package['least_fen'])} to {_yuan(package['most_fen'])}")
    for one in package["included"]:
        paid = f"{_yuan(one['least_fen'])} to {_yuan(one['most_fen'])}"
        say(f"    + {one['offer']['key']:<44} {paid}")
    if package["counted_once"]:
        say(f"    counted once, rhythm not seen: {', '.join(package['counted_once'])}")
    for one in package["left_out"]:
        blocked = ", ".join(str(each) for each in one["blocked_by"])
        say(f"    - {one['offer']['key']:<44} blocked by {blocked}")


def _why(outcome: Mapping[str, Any]) -> str:
    """The shortest reason: what failed and by which clause, or what is missing."""
    if outcome["failed"]:
        leaf = outcome["failed"][0]
        read = "; ".join(f"{each['fact']}={each['value']}" for each in leaf["read"])
        return f"{_clause(leaf['cite'])}: {read}"
    if outcome["missing"]:
        return f"missing: {', '.join(outcome['missing'])}"
    if outcome["manual_checks"]:
        return f"to be checked by a person: {', '.join(outcome['manual_checks'])}"
    return "" if outcome["confirmed"] else "in force, not confirmed"


def _clause(cite: Mapping[str, Any]) -> str:
    where = str(cite["where"])
    return f"clause not seen ({where})" if cite["clause"] == "not_seen" else where


async def show_matches(client: Client, talent_id: str, seen: str, say: Say) -> None:
    """The posts on the chains that suit the talent, with the reasons for the first."""
    answer = await client.get_when(
        "matching", f"/matches/talents/{talent_id}", _matched, actor=MATCHMAKER, after=seen
    )
    say("  matches (demands are synthetic):")
    for match in answer["matches"][:3]:
        reasons = ", ".join(f"{r['criterion']} {r['points']}" for r in match["reasons"])
        say(f"    {match['score']:>3}  {match['demand']['title_zh']}: {reasons}")


async def night_request(
    thread: Thread, talent_id: str, ticket: Mapping[str, Any], say: Say
) -> None:
    """A question at night, answered before its first-response clock runs out."""
    me = Actor(subject=f"talent-{talent_id}", roles=frozenset({"talent"}), talent_id=talent_id)
    body = {key: ticket[key] for key in ("topic", "subject", "message")}
    opened = await thread.post("concierge", "/tickets", body, key="ticket/open", actor=me)
    path = f"/tickets/{opened['ticket_id']}"
    last = opened
    for what, asked, actor in (
        ("accept", {}, OFFICER),
        ("answer", {"answer": ticket["answer"]}, OFFICER),
        ("resolve", {"resolution": ticket["resolution"]}, OFFICER),
        ("rate", {"stars": ticket["rating"], "comment": ""}, me),
    ):
        last = await thread.post(
            "concierge", f"{path}/{what}", asked, key=f"ticket/{what}", actor=actor
        )
    shown = await thread.client.get("concierge", path, actor=OFFICER, after=str(last["position"]))
    say(f"  night request {opened['ticket_id']}: {shown['ticket']['state']}")
    for clock in shown["ticket"]["clocks"]:
        say(f"    {clock['kind']}: due {clock['due_at']}, {clock['state']}")


class Torn(Unanswered):
    """What was to be one matter through every service is not; the message names each fault."""


async def whole_matter(client: Client, correlation_id: str) -> Mapping[str, Any]:
    """The matter once every service took part and one root leads to all; raises `Torn`."""
    path = f"/api/matters/{correlation_id}"
    try:
        return await client.get_when("ops", path, _whole, actor=OPERATOR)
    except Unanswered as given_up:
        matter = await client.get("ops", path, actor=OPERATOR)
        if not (faults := faults_of(matter["events"])):
            return matter
        listed = "\n  ".join(faults)
        raise Torn(f"matter {correlation_id} is not whole:\n  {listed}") from given_up


async def print_matter(client: Client, correlation_id: str, say: Say) -> None:
    """Every event of the arrival, as a tree of causes, and the traces it can be opened with."""
    matter = await whole_matter(client, correlation_id)
    say(f"\ncorrelation id {correlation_id}")
    for line in tree(matter["events"]):
        say(line)
    ops = client.urls["ops"]
    say(f"\nopen {ops}/matters/{correlation_id}")
    for trace_id in matter["traces"][:8]:
        say(f"open {ops}/traces/{trace_id}")


def _fresh(answer: Mapping[str, Any]) -> bool:
    return not answer["stale"]


def _matched(answer: Mapping[str, Any]) -> bool:
    return not answer["stale"] and bool(answer["matches"])


def _whole(matter: Mapping[str, Any]) -> bool:
    return not faults_of(matter["events"])


def faults_of(events: Sequence[Mapping[str, Any]]) -> list[str]:
    """What the arrival's events lack to be one matter through every service, told to its end."""
    absent = sorted(SERVICES - {event["service"] for event in events})
    faults = [f"{service} took no part" for service in absent]
    if LAST not in {event["name"] for event in events}:
        faults.append(f"{LAST} was not recorded")
    return [*faults, *loose_ends(events)]


def _yuan(fen: int) -> str:
    return f"¥{fen / 100:,.0f}"
