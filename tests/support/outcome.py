"""What is asked of every service while the story goes on, and what came of it all in the end."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeAlias
from uuid import uuid5

from events.edge.identity import Actor
from events.edge.pages.personas import read_personas
from events.sourcing.yaml_files import read_yaml_file
from infra.world.client import LOADER
from infra.world.story import MATCHMAKER, OFFICER, OPERATOR, REGISTRAR, SCRIPT, STORIES
from tests.support.stage import Stage

Outcome: TypeAlias = Mapping[str, Any]
Event: TypeAlias = Mapping[str, Any]
Command: TypeAlias = tuple[str, str, Actor, Mapping[str, Any]]
"""Service, path, who gives it, and what is asked."""

PERSONAS = {persona.persona_id: persona.actor for persona in read_personas()}
TALENTS = {name: actor.talent_id for name, actor in PERSONAS.items() if actor.talent_id}
TOLD = [one["key"] for one in read_yaml_file(SCRIPT)["talents"]]
ARRIVALS = tuple(str(uuid5(STORIES, key)) for key in TOLD)
"""The matter of each person in the story."""
OTHER = TALENTS["xu"]
"""A talent of the crowd, who is not in the story."""

ERRANDS = "errands"
"""The matter of what is asked beside the story."""
QUESTIONS: Sequence[tuple[str, str, Actor]] = (
    ("registry", f"/talents/{OTHER}", REGISTRAR),
    ("policy", "/policies", OFFICER),
    ("concierge", f"/tickets?talent_id={OTHER}", OFFICER),
    ("matching", "/chains", MATCHMAKER),
    ("feeds", "/events?limit=10", LOADER),
    ("ops", "/api/overview", OPERATOR),
)
PAGES: Sequence[tuple[str, str, Actor, str]] = (
    ("portal", "/me", PERSONAS["xu"], "this is your view"),
    ("portal", "/me/policies", PERSONAS["xu"], "All policies, one by one"),
    ("console", "/queue", OFFICER, "Queue"),
    ("ops", "/", OPERATOR, "Overview"),
    ("ops", "/parked", OPERATOR, "Parked events"),
)
"""Each with what its heading says."""
UNANSWERED = "not answering"
"""What a page says of a part that is away."""
NODE = {"stage": "upstream", "node_confidence": "read", "roles_confidence": "read"}
COMMANDS: Sequence[Command] = (
    (
        "registry",
        "/talents",
        REGISTRAR,
        {"full_name": "A Late", "identity_number": "UTO-Z99999999", "identity_kind": "passport"},
    ),
    (
        "policy",
        "/bodies",
        LOADER,
        {
            "body_id": "late-bureau",
            "name_zh": "晚到局",
            "name_en": "Late bureau",
            "level": "bureau",
            "region": "shanghai",
        },
    ),
    (
        "concierge",
        "/tickets",
        OFFICER,
        {"talent_id": OTHER, "topic": "housing", "subject": "A key", "message": "It broke."},
    ),
    (
        "matching",
        "/chains",
        MATCHMAKER,
        {
            "chain_id": "late",
            "name_zh": "晚到链",
            "name_en": "Late chain",
            "nodes": [NODE | {"node_id": "late-1", "order": 1, "name_zh": "一", "name_en": "One"}],
        },
    ),
)
COUNTED = ("talent-", "identity-", "ticket-", "body-", "chain-")
"""Streams that requests alone write to; how often the others are judged again may differ."""


MATTERS = (ERRANDS, *ARRIVALS)


class Asked(Protocol):
    """A platform that answers programs."""

    def ask(self, service: str, path: str, *, actor: Actor) -> Any:
        """What a program is answered."""


def run_errands(stage: Stage) -> list[Any]:
    """Every API and every page is asked, every journal written to, under the same key once."""
    for service, path, actor in QUESTIONS:
        stage.ask(service, path, actor=actor)
    for service, path, actor, heading in PAGES:
        page = stage.read(service, path, actor=actor)
        assert heading in page, f"{service}{path} does not say {heading!r}"
        before, lacks, _ = page.partition(UNANSWERED)
        assert not lacks, f"{service}{path} lacks a part, behind {before[-400:]}"
    return [
        stage.ask(
            service,
            path,
            actor=actor,
            body=body,
            headers={"Idempotency-Key": f"errand/{service}", "X-Correlation-ID": ERRANDS},
        )
        for service, path, actor, body in COMMANDS
    ]


def outcome_of(platform: Asked, matters: Mapping[str, Sequence[Event]]) -> Outcome:
    """What people are told in the end, and everything that requests have recorded."""
    talents = [TALENTS[key] for key in TOLD] + [OTHER]
    return {
        "events": sorted(_recorded(event for events in matters.values() for event in events)),
        "entitlements": {talent_id: _entitlement(platform, talent_id) for talent_id in talents},
        "matches": {talent_id: _matches(platform, talent_id) for talent_id in talents},
        "tickets": [ticket for talent_id in talents for ticket in _tickets(platform, talent_id)],
    }


def matters_of(stage: Stage) -> Mapping[str, Sequence[Event]]:
    """The events of every matter, as ops knows them."""
    return {
        matter: stage.ask("ops", f"/api/matters/{matter}", actor=OPERATOR)["events"]
        for matter in MATTERS
    }


def _recorded(events: Iterable[Event]) -> Iterator[tuple[str, str, str, int]]:
    for event in events:
        if event["stream"].startswith(COUNTED):
            yield event["name"], event["service"], _known(event["stream"]), event["version"]


def _known(stream: str) -> str:
    """An identity is a hash under the platform's secret, and each platform has its own."""
    return "identity" if stream.startswith("identity-") else stream


def _entitlement(platform: Asked, talent_id: str) -> Any:
    """What the talent would notice: how often they were judged, and when, may differ."""
    answer = platform.ask("policy", f"/entitlements/{talent_id}", actor=OFFICER)
    package = answer["package"]
    return (
        [_noticed(outcome) for outcome in answer["outcomes"]],
        [(one["offer"]["key"], one["least_fen"], one["most_fen"]) for one in package["included"]],
        [(one["offer"]["key"], one["costs_fen"]) for one in package["left_out"]],
    )


def _noticed(outcome: Mapping[str, Any]) -> Any:
    said = ("policy_id", "state", "reason", "confirmed", "missing", "manual_checks")
    failed = [leaf["cite"] for leaf in outcome["failed"]]
    offers = [(offer["key"], offer["worth"]) for offer in outcome["offers"]]
    return [outcome[name] for name in said], failed, offers


def _matches(platform: Asked, talent_id: str) -> Any:
    """Scores and what they are made of; a list that stays is not proposed again for its sources."""
    answer = platform.ask("matching", f"/matches/talents/{talent_id}", actor=MATCHMAKER)
    said = ("rank", "demand_id", "score", "standing", "missing")
    parts = ("criterion", "outcome", "points", "of")
    return [
        ([match[name] for name in said], [[r[part] for part in parts] for r in match["reasons"]])
        for match in answer["matches"]
    ]


def _tickets(platform: Asked, talent_id: str) -> Iterator[Any]:
    listed = platform.ask("concierge", f"/tickets?talent_id={talent_id}", actor=OFFICER)["tickets"]
    for ticket_id in sorted(one["ticket_id"] for one in listed):
        answer = platform.ask("concierge", f"/tickets/{ticket_id}", actor=OFFICER)
        clocks = [(clock["kind"], clock["state"]) for clock in answer["ticket"]["clocks"]]
        steps = [(entry["version"], entry["code"]) for entry in answer["timeline"]]
        yield ticket_id, answer["ticket"]["state"], clocks, steps
