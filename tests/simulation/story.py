"""The arrival story, what is asked beside it, and the days after; time moves only between acts."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid5

from events.sourcing.clock import LEGAL_ZONE, SimulatedClock
from events.sourcing.yaml_files import read_yaml_file
from infra.world.client import LOADER, Client, Matter
from infra.world.load import policy_files, publish
from infra.world.story import (
    MATCHMAKER,
    OFFICER,
    REGISTRAR,
    SCRIPT,
    STORIES,
    Thread,
    night_request,
    register,
    show_entitlements,
    show_matches,
)
from tests.support.outcome import COMMANDS, ERRANDS, Command

PEOPLE: Sequence[dict[str, Any]] = read_yaml_file(SCRIPT)["talents"]
LEAVES = "han"
"""Who asks to be forgotten as soon as they are registered."""

AFTERWARDS: tuple[timedelta | datetime, ...] = (
    timedelta(hours=1),
    datetime(2026, 3, 4, 0, 10, tzinfo=LEGAL_ZONE),
    datetime(2026, 3, 9, 12, tzinfo=LEGAL_ZONE),
)
"""When promises break that nobody kept, the legal day turns, and the last promise breaks."""

Settle = Callable[[], Awaitable[None]]


async def tell(client: Client, clock: SimulatedClock, settle: Settle) -> None:
    """Play everything; each act begins when nothing of the one before is under way any more."""
    for person in PEOPLE:
        await arrive(client, person)
    await run_errands(client)
    await settle()
    for then in AFTERWARDS:
        clock.moment = clock.moment + then if isinstance(then, timedelta) else then
        await settle()


async def arrive(client: Client, person: dict[str, Any]) -> None:
    """What `make story` plays for one person."""
    thread = Thread(client, str(uuid5(STORIES, person["key"])))
    talent_id, seen = await register(thread, person, _say_nothing)
    if person["key"] == LEAVES:
        await leave(thread, talent_id)
        return
    await show_entitlements(client, talent_id, seen, _say_nothing)
    if "ticket" in person:
        await show_matches(client, talent_id, seen, _say_nothing)
        await night_request(thread, talent_id, person["ticket"], _say_nothing)


async def leave(thread: Thread, talent_id: str) -> None:
    """Ask a question that nobody will answer, and then to be forgotten."""
    question = {"talent_id": talent_id, "topic": "policy", "subject": "?", "message": "?"}
    await thread.post("concierge", "/tickets", question, key="leave/ask", actor=OFFICER)
    path = f"/talents/{talent_id}/erasure"
    asked = {"reason": "consent-withdrawn"}
    await thread.post("registry", path, asked, key="leave/erase", actor=REGISTRAR)


async def run_errands(client: Client) -> None:
    """One command of every service, a policy that changes the view, a demand that is closed."""
    await give_commands(client)
    for name, document in policy_files("demo/policies"):
        await publish(client, name, document)
    open_demands = await client.get("matching", "/demands", actor=MATCHMAKER)
    first = min(one["demand_id"] for one in open_demands["demands"])
    closing = {"reason": "filled"}
    await client.post("matching", f"/demands/{first}/close", closing, key="close", actor=LOADER)


async def give_commands(client: Client) -> None:
    """What is asked beside the story, of every service that owns streams."""
    for given in COMMANDS:
        await give_command(client, given, key=f"errand/{given[0]}")


async def give_command(client: Client, given: Command, *, key: str) -> None:
    service, path, actor, body = given
    await client.post(service, path, body, key=key, actor=actor, matter=Matter(ERRANDS))


def _say_nothing(_: str) -> None:
    """Nobody reads along."""
