"""What the page of contradictions shows, from what the policy service answered."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from services.console.ruling_form import NOTHING_TYPED, id_of
from services.console.views import Json, View

NameOf: TypeAlias = Callable[[str], object]

NOT_SEEN = "not_seen"


def names_of(bodies: Json) -> NameOf:
    """How a body is called; one that is not established here is called by its id."""
    known = {
        each["body_id"]: {"zh": each["name_zh"], "en": each["name_en"]} for each in bodies["bodies"]
    }
    return lambda body_id: known.get(body_id, body_id)


def contradictions_view(
    found: Iterable[Json], name_of: NameOf, *, reader_of: str | None, typed: Json, today: str
) -> list[View]:
    """`reader_of` is the body that the reader speaks for; what was typed stays in its form."""
    return [_contradiction(each, name_of, reader_of, typed, today) for each in found]


def ruled_view(found: Iterable[Json], name_of: NameOf) -> list[View]:
    return [{**each, "by": name_of(each["by"])} for each in found]


def _contradiction(
    found: Json, name_of: NameOf, reader_of: str | None, typed: Json, today: str
) -> View:
    dispute = {
        **{side: found[side]["statement_id"] for side in ("forbids", "allows")},
        **{f"{side}_edition": str(found[side]["edition"]) for side in ("forbids", "allows")},
    }
    mine = all(typed[name] == said for name, said in dispute.items())
    blank: Mapping[str, Any] = {**NOTHING_TYPED, "effective_on": today}
    return {
        **found,
        "id": id_of(dispute["forbids"], dispute["allows"]),
        "sides": [_side(found[side], name_of, side) for side in ("forbids", "allows")],
        "may_rule": [name_of(body) for body in found["may_rule"]],
        "is_ours": reader_of in found["may_rule"],
        "ruling": found["ruling"] and {**found["ruling"], "by": name_of(found["ruling"]["by"])},
        "form": {**(typed if mine else blank), **dispute},
        "open": mine,
    }


def _side(said: Json, name_of: NameOf, side: str) -> View:
    cite = said["cite"]
    return {
        **said,
        "side": side,
        "bodies": [name_of(body) for body in (said["issuer"], *said["joint_issuers"])],
        "number": None if said["doc_no"] == NOT_SEEN else said["doc_no"],
        "where": cite["where"],
        "clause_seen": cite["clause"] != NOT_SEEN,
    }
