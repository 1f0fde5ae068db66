"""The form of a ruling: what it must say, and what is asked of the policy service for it."""

import re
from collections.abc import Mapping
from datetime import date

from events.edge.pages.refusals import POLICY_AWAY
from events.edge.pages.sending import Again, Filled, Letter, Text

DISPUTE = ("forbids", "forbids_edition", "allows", "allows_edition")
TYPED = ("prevails", "effective_on", "clause")
NOTHING_TYPED = dict.fromkeys((*DISPUTE, *TYPED), "")
STATEMENT = re.compile(r"([A-Z0-9]+(?:-[A-Z0-9]+)*)/[a-z0-9]+(?:-[a-z0-9]+)*")
SIDES = frozenset({"forbids", "allows"})
MOST_OF_A_CLAUSE = 300
WANTED: Mapping[str, Text] = {
    "prevails": {"zh": "请选择以哪一处为准", "en": "Choose which of the two counts"},
    "effective_on": {
        "zh": "请按 2026-03-02 的样式填写生效日",
        "en": "Write the first day it counts as in 2026-03-02",
    },
    "clause": {
        "zh": "请写明裁定文件、条款与理由（不超过 300 字）",
        "en": "Write the document and clause, with the reason, in at most 300 characters",
    },
}
WHICH: Text = {
    "zh": "未能看出裁定的是哪两处规定，未作记录。请刷新页面后重新填写。",
    "en": "The form does not say which two statements it is about, and nothing was recorded. "
    "Refresh the page and fill it in again.",
}


def id_of(forbids: str, allows: str) -> str:
    """Names a contradiction within the page."""
    return f"{forbids}.{allows}".replace("/", "-")


def wrong_in(form: Filled, needs: tuple[str, ...]) -> Again | None:
    """The page again where something is not said, or not said so that it can be understood."""
    if not _names_two(form.typed):
        return Again(status=422, outcome={"tone": "bad", "text": WHICH}, key=form.key)
    place = id_of(form.typed["forbids"], form.typed["allows"])
    unfit = [name for name in needs if not _fits(name, form.typed[name])]
    return form.wrong({f"{name}-{place}": WANTED[name] for name in unfit})


def letter_of(form: Filled, body_id: str, *, deed: str) -> Letter:
    """For a form with nothing wrong in it; `body_id` is who rules."""
    typed = form.typed
    body = {
        "forbids": {"statement_id": typed["forbids"], "edition": typed["forbids_edition"]},
        "allows": {
            "policy_id": _policy(typed["allows"]),
            "statement_id": typed["allows"],
            "edition": typed["allows_edition"],
        },
        "effective_on": typed["effective_on"],
        "clause": typed["clause"],
        "body_id": body_id,
    }
    ruled = {"prevails": typed["prevails"]} if typed["prevails"] else {}
    path = f"/policies/{_policy(typed['forbids'])}/{deed}"
    return Letter(
        service="policy", path=path, body={**body, **ruled}, key=form.key, away=POLICY_AWAY
    )


def _names_two(typed: Mapping[str, str]) -> bool:
    said = all(STATEMENT.fullmatch(typed[name]) for name in ("forbids", "allows"))
    return said and all(typed[f"{name}_edition"].isdecimal() for name in ("forbids", "allows"))


def _policy(statement_id: str) -> str:
    return statement_id.partition("/")[0]


def _fits(name: str, said: str) -> bool:
    match name:
        case "prevails":
            return said in SIDES
        case "effective_on":
            return _is_day(said)
        case _:
            return 0 < len(said) <= MOST_OF_A_CLAUSE


def _is_day(said: str) -> bool:
    try:
        date.fromisoformat(said)
    except ValueError:
        return False
    return True
