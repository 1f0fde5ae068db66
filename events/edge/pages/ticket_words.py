"""What happened to a request, in plain words; the same on both sides of the desk."""

from collections.abc import Callable, Mapping
from typing import Any

Text = Mapping[str, str]
Entry = Mapping[str, Any]
NameOf = Callable[[str], object]

HAPPENED: Mapping[str, Text] = {
    "opened": {"zh": "提出请求", "en": "The request was opened"},
    "accepted": {"zh": "已接单，首接负责", "en": "Taken on, and answered for to the end"},
    "answered": {"zh": "已答复", "en": "Answered"},
    "resolved": {"zh": "已解决", "en": "Solved"},
    # Of somebody who was forgotten it is not known how many stars it was.
    "rated": {"zh": "已评价", "en": "Rated"},
    "calendar-awaited": {
        "zh": "工作日历尚未公布，解决时限待定",
        "en": "Workdays are not announced that far; the time to solve it is set later",
    },
    "resolution-promised": {"zh": "解决时限已确定", "en": "The time to solve it was set"},
    "first-response-breached": {
        "zh": "首次响应超时",
        "en": "The promise of a first response was broken",
    },
    "resolution-breached": {"zh": "解决超时", "en": "The promise to solve it was broken"},
}
BREACHES = frozenset({"first-response-breached", "resolution-breached"})


def timeline_of(entries: list[Entry], name_of: NameOf) -> list[dict[str, Any]]:
    """Items for the timeline; `name_of` says who an actor is."""
    return [
        {
            "at": entry["at"],
            "text": _said(entry),
            "by": name_of(entry["by"]) if entry["by"] else None,
            "quote": entry["said"] or None,
            "breach": entry["code"] in BREACHES,
        }
        for entry in entries
    ]


def _said(entry: Entry) -> Text:
    if entry["code"] == "rated" and (stars := entry["facts"]["stars"]) is not None:
        return {"zh": f"评价：{stars} 星（满分 5 星）", "en": f"Rated {stars} of 5 stars"}
    return HAPPENED.get(entry["code"], {"zh": entry["code"], "en": entry["code"]})
