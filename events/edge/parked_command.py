"""`python -m services.NAME parked …`: looks at held streams, and repairs them where they run."""

import argparse
import getpass
import os
import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import uuid4

import httpx

from events.edge.identity import Actor, SignedTokens
from events.sourcing.repair.domain import BECAUSE

PATIENCE_SECONDS = 120.0
NOT_FREE = 2
"""The exit code of a release after which the stream is still held."""

REMEDIES: Mapping[str, str] = {
    "parked-stream-not-found": "nothing is parked there; `parked list` shows what is",
    "reader-not-found": "this service has no reader of that name; `parked list` shows them",
    "parked-stream-moved-on": "another event stands first now; `parked show` it and decide again",
    "nothing-wrong-yet": "it only waits; release the stream",
    "discard-reason-unfit": "`missing-for-good` is for a hole, and a hole for nothing else",
    "reference-malformed": "a reference is of the form INC-2041, so that no name gets into it",
    "idempotency-key-reused": "this key belongs to another request",
}

Answer = dict[str, Any]


class Unanswered(Exception):
    """The service said no, or nothing; the message names the remedy."""


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """`parked` with its own commands."""
    parked = commands.add_parser(
        "parked",
        help="look at events that readers could not take, and repair them",
        description="Asks the running service, which releases and discards beside its readers.",
    )
    deeds = parked.add_subparsers(dest="deed", required=True)
    deeds.add_parser("list", help="every held stream by what stands first")
    show = deeds.add_parser("show", help="what is parked of one stream; never what it says")
    release = deeds.add_parser(
        "release",
        help="take the stream again, in order",
        epilog=f"Exit code {NOT_FREE}: it was taken again and is still held.",
    )
    discard = deeds.add_parser("discard", help="go on without the event that stands first")
    for deed in (show, release, discard):
        deed.add_argument("reader", help="as `list` names it; `timers` for commands kept for later")
        deed.add_argument("topic", help="as `list` names it; `journal` for the service's own")
        deed.add_argument("stream")
    discard.add_argument("--version", type=int, required=True, help="the one seen to stand first")
    discard.add_argument("--because", choices=BECAUSE, required=True)
    discard.add_argument("--reference", help="a ticket elsewhere, of the form INC-2041")
    for deed in (release, discard):
        deed.add_argument("--by", type=_name, default=None, help="who decides (you)")
        deed.add_argument("--key", default=None, help="asked again under one key, it is done once")


def run(service: str, asked: argparse.Namespace, env: Mapping[str, str] = os.environ) -> int:
    """Ask, and say the answer; 1 with the remedy where there is none."""
    try:
        with _client(service, asked, env) as http:
            lines, code = _DEEDS[asked.deed](http, asked)
    except Unanswered as failure:
        sys.stderr.write(f"{service}: {failure}\n")
        return 1
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return code


def _client(service: str, asked: argparse.Namespace, env: Mapping[str, str]) -> httpx.Client:
    if "CONCORD_SECRET" not in env:
        raise Unanswered("set CONCORD_SECRET; `make parked` sets it for you")
    by = getattr(asked, "by", None) or getpass.getuser()
    actor = Actor(subject=f"operator:{by}", roles=frozenset({"ops", "repair"}))
    token = SignedTokens(env["CONCORD_SECRET"].encode()).issue(actor)
    return httpx.Client(
        base_url=_address(service, env),
        headers={"Authorization": f"Bearer {token}"},
        timeout=PATIENCE_SECONDS,
    )


def _address(service: str, env: Mapping[str, str]) -> str:
    variable = f"{service.upper()}_URL"
    if variable in env:
        return env[variable]
    if env.get("PORT", "0") != "0":
        return f"http://{env.get('HOST', '127.0.0.1')}:{env['PORT']}"
    raise Unanswered(f"set {variable}, where the service answers; `make parked` sets it for you")


def _name(text: str) -> str:
    if not re.fullmatch(r"[\w.-]{1,60}", text, re.ASCII):
        raise argparse.ArgumentTypeError("letters, digits, dots and dashes, at most 60")
    return text


def _list(http: httpx.Client, _: argparse.Namespace) -> tuple[list[str], int]:
    held = _ask(http, "GET", "/parked-events")["parked"]
    return list(list_lines(held)), 0


def _show(http: httpx.Client, asked: argparse.Namespace) -> tuple[list[str], int]:
    place = {name: getattr(asked, name) for name in ("reader", "topic", "stream")}
    return list(show_lines(_ask(http, "GET", "/parked-events/stream", params=place))), 0


def _release(http: httpx.Client, asked: argparse.Namespace) -> tuple[list[str], int]:
    done = _write(http, asked, "release", {})
    return [f"{done['taken']} taken; {_standing(done)}"], NOT_FREE if done["held"] else 0


def _discard(http: httpx.Client, asked: argparse.Namespace) -> tuple[list[str], int]:
    wanted = {name: getattr(asked, name) for name in ("version", "because", "reference")}
    done = _write(http, asked, "discard", wanted)
    return [f"discarded, and recorded as {done['receipt']['event_ids'][0]}; {_standing(done)}"], 0


_DEEDS = {"list": _list, "show": _show, "release": _release, "discard": _discard}


def _write(
    http: httpx.Client, asked: argparse.Namespace, deed: str, more: Mapping[str, object]
) -> Answer:
    place = {name: getattr(asked, name) for name in ("reader", "topic", "stream")}
    headers = {"Idempotency-Key": asked.key or str(uuid4())}
    return _ask(http, "POST", f"/parked-events/{deed}", json={**place, **more}, headers=headers)


def _ask(http: httpx.Client, method: str, path: str, **more: Any) -> Answer:
    try:
        response = http.request(method, path, **more)
    except httpx.TransportError as failure:
        gone = type(failure).__name__
        raise Unanswered(f"{http.base_url} does not answer ({gone}); is it running?") from failure
    if response.is_success:
        answer: Answer = response.json()
        return answer
    raise Unanswered(_remedy(response))


def _remedy(response: httpx.Response) -> str:
    if response.status_code == httpx.codes.SERVICE_UNAVAILABLE:
        return "a fault that passes was in the way; ask again in a moment"
    if response.headers.get("content-type") != "application/problem+json":
        return f"refused with {response.status_code}"
    code = response.json().get("type", "refused")
    return f"{code}: {REMEDIES[code]}" if code in REMEDIES else str(code)


def list_lines(held: list[Answer]) -> Iterator[str]:
    """A line for each held stream, and how to go on with it."""
    if not held:
        yield "nothing is parked"
    for one in held:
        place = f"{one['reader']} {one['topic']} {one['stream']}"
        yield f"{place}  at version {one['version']}: {_why(one)}; {one['waiting']} behind it"


def show_lines(shown: Answer) -> Iterator[str]:
    """A line for each parked event of a stream."""
    for one in shown["events"]:
        name = one["name"] or "no name of ours"
        tried = f"{one['tries']} times in vain" if one["tries"] > 1 else "once in vain"
        yield f"{one['version']:>10}  {name}  {_why(one)}  {one['parked_at']}  {tried}"
        if one["correlation_id"]:
            yield f"{'':>10}  matter {one['correlation_id']}"


def _standing(done: Answer) -> str:
    held = done["held"]
    if held is None:
        return "nothing of it is parked any more"
    return f"held at version {held['version']}: {_why(held)}; {held['waiting']} behind it"


def _why(one: Answer) -> str:
    return f"{one['kind']} ({one['reason']}), the {one['owner']} must act"
