"""Whether a statement is in the vocabulary's words; a refusal names the fact, never the value."""

import re
from collections.abc import Callable, Mapping
from datetime import date

from events.catalog.talent import Fact, FactValue
from events.sourcing.types import Refused
from services.registry.vocabulary.words import FactType, FactWord, Vocabulary

# A clerk's answer to a condition that only a person can decide is recorded under this prefix.
RULING = re.compile(r"check:[A-Za-z0-9][\w./:-]{0,150}")
DOCUMENT = re.compile(r"[A-Za-z0-9][\w./:-]{0,119}")
# A reference leaves with the facts, so nothing as long as an identity number may stand in it.
LONG_NUMBER = re.compile(r"[0-9]{9}")
POLICY = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
MONTH = re.compile(r"(19|2[01])[0-9]{2}-(0[1-9]|1[0-2])")
# Days are counted on from these by many readers, so none may stand at the end of the calendar.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 12, 31)
MOST_ENTRIES = 600
"""Fifty years of insured months."""
COST_ITEMS = "cost_items"
RECEIPT_KEYS = frozenset({"policy_id", "cost_item", "fen", "benefit_id", "paid_on", "issuer"})


def check_fact(fact: Fact, vocabulary: Vocabulary) -> None:
    """Raises `Refused` unless name, value, term and document can stand in a file."""
    _check_term(fact)
    if isinstance(fact.value, tuple) and len(fact.value) > MOST_ENTRIES:
        raise Refused("fact-too-long", name=fact.name, limit=MOST_ENTRIES)
    if fact.document is not None and not _is_reference(fact.document):
        raise Refused("fact-document-malformed", name=fact.name)
    if RULING.fullmatch(fact.name):
        if not isinstance(fact.value, bool):
            raise Refused("fact-value-unfit", name=fact.name, wanted=FactType.YES_NO.value)
        return
    word = vocabulary.facts.get(fact.name)
    if word is None:
        raise Refused("fact-unknown", name=fact.name)
    if fact.value is not None and not FITS[word.type](fact.value, word, vocabulary):
        raise Refused("fact-value-unfit", name=fact.name, wanted=word.type.value)


def _check_term(fact: Fact) -> None:
    if not all(FIRST_DAY <= day <= LAST_DAY for day in (fact.valid_from, fact.valid_to) if day):
        raise Refused("fact-day-out-of-range", name=fact.name, first=FIRST_DAY, last=LAST_DAY)
    if fact.valid_from and fact.valid_to and fact.valid_from > fact.valid_to:
        raise Refused("fact-ends-before-it-begins", name=fact.name)


def is_ruling(fact: Fact) -> bool:
    """Whether the statement is a clerk's answer to a manual check."""
    return RULING.fullmatch(fact.name) is not None


def _is_reference(document: str) -> bool:
    return bool(DOCUMENT.fullmatch(document)) and not LONG_NUMBER.search(document)


Fits = Callable[[FactValue, FactWord, Vocabulary], bool]


def _number(value: FactValue, word: FactWord, _: Vocabulary) -> bool:
    if not isinstance(value, int) or isinstance(value, bool):
        return False
    return value >= 0 and (word.most is None or value <= word.most)


def _day(value: FactValue, _: FactWord, __: Vocabulary) -> bool:
    return _is_day(value)


def _is_day(value: object) -> bool:
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else None
        return day is not None and day.isoformat() == value and FIRST_DAY <= day <= LAST_DAY
    except ValueError:
        return False


def _yes_no(value: FactValue, _: FactWord, __: Vocabulary) -> bool:
    return isinstance(value, bool)


def _code(value: FactValue, word: FactWord, vocabulary: Vocabulary) -> bool:
    if not isinstance(value, str):
        return False
    if word.codes:
        return value in vocabulary.codes[word.codes]
    return bool(re.fullmatch(word.pattern, value)) if word.pattern else False


def _codes(value: FactValue, word: FactWord, vocabulary: Vocabulary) -> bool:
    if not isinstance(value, tuple) or not value:
        return False
    codes = [entry for entry in value if isinstance(entry, str)]
    return len(codes) == len(value) == len(set(codes)) and all(
        _code(code, word, vocabulary) for code in codes
    )


def _held(value: FactValue, word: FactWord, vocabulary: Vocabulary) -> bool:
    """One title or policy; each has a term of its own, so each is a statement of its own."""
    if word.codes:
        return _code(value, word, vocabulary)
    return isinstance(value, str) and bool(POLICY.fullmatch(value))


def _insurance(value: FactValue, _: FactWord, __: Vocabulary) -> bool:
    if not isinstance(value, tuple) or not value:
        return False
    months = [entry["month"] for entry in value if isinstance(entry, dict) and _is_month(entry)]
    return len(value) == len(months) == len(set(months))


def _is_month(entry: Mapping[str, str | int | None]) -> bool:
    month, base = entry.get("month"), entry.get("base_percent")
    return (
        entry.keys() <= {"month", "base_percent"}
        and isinstance(month, str)
        and bool(MONTH.fullmatch(month))
        and (base is None or (isinstance(base, int) and base >= 0))
    )


def _receipts(value: FactValue, _: FactWord, vocabulary: Vocabulary) -> bool:
    items = vocabulary.codes[COST_ITEMS]
    return (
        isinstance(value, tuple)
        and bool(value)
        and all(isinstance(entry, dict) and _is_receipt(entry, items) for entry in value)
    )


def _is_receipt(entry: Mapping[str, str | int | None], items: Mapping[str, object]) -> bool:
    policy = entry.get("policy_id")
    return (
        {"policy_id", "cost_item", "fen"} <= entry.keys() <= RECEIPT_KEYS
        and isinstance(policy, str)
        and bool(POLICY.fullmatch(policy))
        and entry["cost_item"] in items
        and _is_sum(entry["fen"])
        and all(_is_slug(entry[key]) for key in ("benefit_id", "issuer") if key in entry)
        and ("paid_on" not in entry or _is_day(entry["paid_on"]))
    )


def _is_sum(fen: object) -> bool:
    return isinstance(fen, int) and not isinstance(fen, bool) and fen >= 0


def _is_slug(word: object) -> bool:
    return isinstance(word, str) and bool(SLUG.fullmatch(word)) and not LONG_NUMBER.search(word)


def _list(value: FactValue, word: FactWord, vocabulary: Vocabulary) -> bool:
    """Each entry by its fields; a field that nobody knows is left out."""
    return (
        isinstance(value, tuple)
        and bool(value)
        and all(isinstance(entry, dict) and _is_entry(entry, word, vocabulary) for entry in value)
    )


def _is_entry(
    entry: Mapping[str, str | int | None], word: FactWord, vocabulary: Vocabulary
) -> bool:
    return entry.keys() <= word.fields.keys() and all(
        value is not None and FITS[word.fields[name].type](value, word.fields[name], vocabulary)
        for name, value in entry.items()
    )


FITS: Mapping[FactType, Fits] = {
    FactType.NUMBER: _number,
    FactType.MONEY: _number,
    FactType.DATE: _day,
    FactType.YES_NO: _yes_no,
    FactType.CODE: _code,
    FactType.CODES: _codes,
    FactType.HELD: _held,
    FactType.INSURANCE: _insurance,
    FactType.RECEIPTS: _receipts,
    FactType.LIST: _list,
}
