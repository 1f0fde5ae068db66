"""What a policy would pay or give, said without adding what the rules do not add."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from services.portal.words import FEN, Text, Words, each_once, plain

Json: TypeAlias = Mapping[str, Any]

NOT_SEEN = "not_seen"
KINDS = ("right", "in_kind", "case_by_case", NOT_SEEN)


def value_of(
    offers: Sequence[Json], words: Words, *, included: Sequence[Json] | None
) -> dict[str, Any] | None:
    """In the package what it pays there; otherwise its best single benefit, never their sum."""
    money = [offer for offer in offers if _pays_the_person(offer)]
    if included is not None and any(_pays_the_person(each["offer"]) for each in included):
        paid = [each for each in included if _pays_the_person(each["offer"])]
        return _money(
            sum(_least(each) for each in paid),
            sum(each["most_fen"] for each in paid),
            over=_together([each["offer"] for each in paid], words),
        )
    if money:
        best = max(money, key=lambda offer: offer["worth"]["most_fen"])
        worth = best["worth"]
        return _money(worth["least_fen"], worth["most_fen"], over=_term(best, words))
    kinds = {offer["worth"]["kind"] for offer in offers}
    return next(({"kind": kind} for kind in KINDS if kind in kinds), None)


def policy_of(offer_key: str) -> str:
    """The policy that opens an offer."""
    return offer_key.partition("#")[0]


def rights_of(offers: Sequence[Json], words: Words) -> list[Text]:
    """What stands beside every sum: things, rights, and money that goes to somebody else."""
    return each_once(text for offer in offers if (text := _beside_the_sum(offer, words)))


def _beside_the_sum(offer: Json, words: Words) -> Text | None:
    worth = offer["worth"]
    item = words.codes["cost_items"].get(offer["cost_item"]) or plain(offer["cost_item"])
    if worth["kind"] == "money":
        return None if offer["payee"] == "person" else _paid_elsewhere(offer, item, words)
    if worth["thing"]:
        return words.codes["things"].get(worth["thing"]) or plain(worth["thing"])
    return worth["text"] or item


def _paid_elsewhere(offer: Json, item: Text, words: Words) -> Text:
    payee, most = words.text("payee", offer["payee"]), offer["worth"]["most_fen"]
    yuan = f"¥{most / FEN:,.0f}"
    unseen = words.text("per", NOT_SEEN) if _rhythm_unseen(offer) else None
    return {
        "zh": f"{item['zh']}（付给{payee['zh']}）{yuan}"
        + (f"（{unseen['zh']}）" if unseen else ""),
        "en": f"{item['en']}, paid to {payee['en']}: {yuan}"
        + (f" ({unseen['en']})" if unseen else ""),
    }


def _pays_the_person(offer: Json) -> bool:
    return bool(offer["worth"]["kind"] == "money" and offer["payee"] == "person")


def _money(least: int, most: int, *, over: Text | None) -> dict[str, Any]:
    return {"kind": "money", "fen": least, "most_fen": most, "over": over}


def _least(included: Json) -> int:
    """Where only a person's check is open, what is paid once it turns out well."""
    worth, most = included["offer"]["worth"], included["most_fen"]
    if included["offer"]["certain"] or worth["missing"]:
        return int(included["least_fen"])
    return int(min(worth["least_fen"], most))


def _together(offers: Sequence[Json], words: Words) -> Text | None:
    """What must be said of a sum of several; a term only where it is the term of them all."""
    unseen = [offer for offer in offers if _rhythm_unseen(offer)]
    if unseen and len(offers) > 1:
        said = words.text("per", NOT_SEEN)
        return {"zh": f"其中部分{said['zh']}", "en": f"for a part of it, {said['en']}"}
    return _term(offers[0], words) if len(offers) == 1 else None


def _term(offer: Json, words: Words) -> Text | None:
    worth = offer["worth"]
    if _rhythm_unseen(offer):
        return words.text("per", NOT_SEEN)
    if worth["term"] == "stated" and worth["counted_months"]:
        months = worth["counted_months"]
        return {"zh": f"按 {months} 个月计", "en": f"counted for {months} months"}
    return None if worth["term"] == "once" else words.text("term", worth["term"])


def _rhythm_unseen(offer: Json) -> bool:
    return bool(offer["worth"]["per"] == NOT_SEEN)
