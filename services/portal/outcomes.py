"""A recorded answer of the policy service as cards: every policy, and the best package."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from services.portal.conditions import RecordedAt, leaves_of
from services.portal.offers import policy_of, rights_of, value_of
from services.portal.outlook import Outlook, blocked_of, near_of, worths_of
from services.portal.sources import clause_of, sources_of
from services.portal.stages import may_end, stages_of
from services.portal.unsettled import doubts_of, rulings_of
from services.portal.words import Text, Words, plain, sentence

Json: TypeAlias = Mapping[str, Any]
Card: TypeAlias = dict[str, Any]

# In the order a reader looks for them.
STATES = (
    "eligible_and_chosen",
    "eligible",
    "eligible_subject_to_manual_check",
    "eligible_not_chosen",
    "blocked_by_contradiction",
    "undetermined",
    "already_enjoyed",
    "not_eligible",
    "window_closed",
    "quota_full",
    "pending",
    "criteria_not_seen",
    "not_in_force",
    "duplicate",
)
SURE = frozenset({"eligible", "eligible_and_chosen"})
TO_CHECK = "eligible_subject_to_manual_check"
UNSETTLED = ("undetermined", TO_CHECK)
MOST_UNSETTLED = 4
MOST_NEAR = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Cards:
    """Every policy of one answer, by its id."""

    by_id: Mapping[str, Card]

    def in_state(self, state: str) -> list[Card]:
        """The cards of one state, what pays most first."""
        found = [card for card in self.by_id.values() if card["state"] == state]
        return sorted(found, key=lambda card: (-_worth(card), card["policy_id"]))

    def groups(self) -> list[dict[str, Any]]:
        """Every policy under its state."""
        grouped = [{"state": state, "outcomes": self.in_state(state)} for state in STATES]
        return [group for group in grouped if group["outcomes"]]

    def counts(self) -> dict[str, int]:
        """How many policies stand how."""
        found = Counter(card["state"] for card in self.by_id.values())
        return {state: found[state] for state in STATES}

    def unsettled(self) -> list[Card]:
        """The few that the least would settle."""
        open_ones = [card for state in UNSETTLED for card in self.in_state(state)]
        return sorted(open_ones, key=lambda card: (_to_settle(card), -_worth(card)))[
            :MOST_UNSETTLED
        ]

    def near(self) -> list[Card]:
        """The few that are missed by the least: by time alone, then by the fewest changes."""
        missed = [card for card in self.by_id.values() if card["near"]]
        return sorted(missed, key=_to_change)[:MOST_NEAR]

    def ending(self) -> list[Card]:
        """All that the talent enjoys and may lose."""
        lost = [card for card in self.by_id.values() if may_end(card["stages"])]
        return sorted(lost, key=lambda card: str(card["policy_id"]))


def cards_of(
    answer: Json,
    policies: Iterable[Json],
    words: Words,
    *,
    recorded_at: RecordedAt,
    outlook: Outlook,
) -> Cards:
    """`policies` are the entries of the consolidated view: they know numbers and sources."""
    known = {policy["policy_id"]: policy for policy in policies}
    titles = {outcome["policy_id"]: outcome["title"] for outcome in answer["outcomes"]}
    chosen = _by_policy(answer["package"]["included"])
    return Cards(
        by_id={
            outcome["policy_id"]: _card(
                outcome,
                words,
                policy=known.get(outcome["policy_id"], {}),
                chosen=chosen.get(outcome["policy_id"]),
                recorded_at=recorded_at,
                outlook=outlook,
            )
            | {"blocked": blocked_of(outcome, outlook, titles)}
            | {"contested": _contested(known.get(outcome["policy_id"], {}), titles)}
            for outcome in answer["outcomes"]
        }
    )


def _contested(policy: Json, titles: Mapping[str, Text]) -> list[Text]:
    """Texts that say they change it, of bodies without a say over it."""
    return [titles.get(each) or plain(each) for each in policy.get("contested_by", ())]


def _card(
    outcome: Json,
    words: Words,
    *,
    policy: Json,
    chosen: Sequence[Json] | None,
    recorded_at: RecordedAt,
    outlook: Outlook,
) -> Card:
    sources = sources_of(policy, words)
    titles = [source["title"] for source in sources["listed"]]
    return {
        "policy_id": outcome["policy_id"],
        "title": outcome["title"],
        "issuer": words.body(outcome["issuer"]),
        "document": sources["number"],
        "state": outlook.state(outcome),
        "confirmed": outcome["confirmed"],
        "checked": outcome["state"] == TO_CHECK != outlook.state(outcome),
        "demo": outcome["demo"],
        "chosen": chosen is not None,
        "value": value_of(outcome["offers"], words, included=chosen),
        "rights": rights_of(outcome["offers"], words),
        "leaves": leaves_of(outcome["proof"], words, recorded_at=recorded_at, sources=titles),
        "stages": stages_of(outcome, words, recorded_at=recorded_at, sources=titles),
        "missing": [words.label(fact) for fact in outcome["missing"]],
        "worths": worths_of(outcome["missing"], outlook, words),
        "near": near_of(outlook.near_misses.get(outcome["policy_id"]), words, sources=titles),
        "reason": outcome["reason"],
        "next_open": outcome.get("next_open"),  # Earlier engines did not say.
        "sources": sources,
        "source_note": _note(outcome, words),
    }


def _note(outcome: Json, words: Words) -> Text | None:
    return sentence(words.text("flag", "opening-only")) if outcome["scope"] == "opening" else None


def package_of(
    answer: Json, cards: Cards, words: Words, certain: Json | None = None
) -> dict[str, Any]:
    """The best lawful package; provisional while a check, a bound or a contradiction is open.

    Beside it the `certain` one and the possible one, where these are others.
    """
    package = answer["package"]
    included = _by_policy(package["included"])
    chosen = [cards.by_id[policy_id] for policy_id in included]
    titles = {policy_id: card["title"] for policy_id, card in cards.by_id.items()}
    doubts = doubts_of(package, titles)
    unsure = [each for each in chosen if each["state"] not in SURE or not each["confirmed"]]
    return {
        "least_fen": package["least_fen"],
        "most_fen": package["most_fen"],
        "counted_once": len(package.get("counted_once", ())),  # The first engine did not say.
        "provisional": bool(unsure or doubts or package.get("provisional")),
        "doubts": doubts,
        "rulings": rulings_of(package, titles, words),
        "chosen": sorted(chosen, key=lambda card: (-_worth(card), card["policy_id"])),
        "left_out": [_left_out(left, cards, words) for left in package["left_out"]],
        "ends": [_ended(each, cards) for each in package.get("ends", ())],
        "certain": _other(certain, package, cards),
        "possible": _other(answer["possible_package"], package, cards),
    }


def _other(other: Json | None, package: Json, cards: Cards) -> dict[str, Any] | None:
    """Its sum and policies, those first that are not in the package."""
    if other is None or _made_of(other) == _made_of(package):
        return None
    chosen, within = _by_policy(other["included"]), _by_policy(package["included"])
    return {
        "least_fen": other["least_fen"],
        "most_fen": other["most_fen"],
        "chosen": [cards.by_id[each] for each in sorted(chosen, key=lambda e: (e in within, e))],
    }


def _made_of(package: Json) -> tuple[int, int, list[str]]:
    keys = sorted(each["offer"]["key"] for each in package["included"])
    return package["least_fen"], package["most_fen"], keys


def _left_out(left: Json, cards: Cards, words: Words) -> dict[str, Any]:
    offer, blockers = left["offer"], left["blocked_by"]
    other = _named(blockers, "by")
    had = None if other else _named(blockers, "had")
    against = other or had
    card = cards.by_id[offer["policy_id"]]
    item = words.codes["cost_items"].get(offer["cost_item"])
    titles = [source["title"] for source in card["sources"]["listed"]]
    return {
        "policy_id": offer["policy_id"],
        "title": _beside(card["title"], item),
        "confirmed": card["confirmed"],
        "demo": card["demo"],
        "reason": _reason(blockers, other, had),
        "blocked_by": _title_of(against, cards) if against else None,
        "cost_fen": left["costs_fen"],
        "citation": clause_of(offer["cite"], titles, words),
    }


def _named(blockers: Sequence[Json], how: str) -> str | None:
    """The first that stands against it in this way; the first engine did not say what was had."""
    return next((each[how] for each in blockers if each.get(how)), None)


def _reason(blockers: Sequence[Json], other: str | None, had: str | None) -> str:
    if other:
        return "exclusive"
    if had:
        return "had_before"
    return "needs_base" if blockers else "worth_nothing_more"


def _ended(ended: Json, cards: Cards) -> dict[str, Text]:
    """What is still being paid and ends with something chosen, and with what."""
    return {"title": _title_of(ended["policy_id"], cards), "by": _title_of(ended["by"], cards)}


def _title_of(offer_key: str, cards: Cards) -> Text:
    policy_id = policy_of(offer_key)
    card = cards.by_id.get(policy_id)
    title: Text = card["title"] if card else plain(policy_id)
    return title


def _beside(title: Text, item: Text | None) -> Text:
    if item is None:
        return title
    return {"zh": f"{title['zh']}：{item['zh']}", "en": f"{title['en']}: {item['en']}"}


def waiting_for(answer: Json) -> Counter[str]:
    """By fact: how many open policies wait for it."""
    return Counter(
        fact
        for outcome in answer["outcomes"]
        if outcome["state"] == "undetermined"
        for fact in {*outcome["missing"], *outcome["could_matter"]}
    )


def _by_policy(included: Iterable[Json]) -> dict[str, list[Json]]:
    found: dict[str, list[Json]] = {}
    for each in included:
        found.setdefault(each["offer"]["policy_id"], []).append(each)
    return found


def _worth(card: Card) -> int:
    value = card["value"] or {}
    return int(value.get("most_fen") or value.get("fen") or 0)


def _to_change(card: Card) -> tuple[str, int, str]:
    near = card["near"]
    return near["from_day"] or "9999", len(near["changes"]), card["policy_id"]


def _to_settle(card: Card) -> int:
    manual = sum(leaf["truth"] == "manual" for leaf in card["leaves"])
    return len(card["missing"]) + int(manual)
