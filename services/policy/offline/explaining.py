"""`explain`: every policy in sentences, and every answer where people are named."""

from collections.abc import Iterable
from typing import Any

from services.policy.offline.answering import judged, told
from services.policy.offline.asked import Asked
from services.policy.offline.world import basis_of, view_of
from services.policy.rules import Vocabulary
from services.policy.rules.sentences import Line
from services.policy.rules.told_policy import tell_policy
from services.policy.rules.wording import Wording

Json = dict[str, Any]


def explain(asked: Asked, vocabulary: Vocabulary) -> Json:
    words = Wording(vocabulary)
    seen = view_of(asked, vocabulary)
    return {
        **basis_of(seen, asked, vocabulary),
        "policies": [
            {"policy_id": each.policy.policy_id, "lines": _out(tell_policy(each.policy, words))}
            for each in seen.view.entries
        ],
        "people": [
            {"talent_id": person.talent_id, "lines": _out(told(seen, person, found, words))}
            for person, found in (judged(seen, asked, vocabulary) if asked.people else ())
        ],
    }


def _out(lines: Iterable[Line]) -> list[Json]:
    return [{"depth": each.depth, "zh": each.text.zh, "en": each.text.en} for each in lines]
