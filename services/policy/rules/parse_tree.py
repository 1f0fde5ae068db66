"""Reading the tree of conditions; the vocabulary decides which words are known."""

from collections.abc import Callable
from datetime import date

from services.policy.rules.days import Unit
from services.policy.rules.parse_facts import read_fact
from services.policy.rules.parse_sums import read_sum
from services.policy.rules.parse_words import (
    SOCIAL_INSURANCE,
    Words,
    read_held,
    spec_of,
)
from services.policy.rules.reader import Cursor
from services.policy.rules.tree import (
    All,
    AnyOf,
    AtFact,
    Convention,
    Count,
    Elapsed,
    Holds,
    Insured,
    ManualCheck,
    Not,
    NotSeen,
    Op,
    Reference,
    Track,
    Tracks,
    Tree,
    Within,
)
from services.policy.rules.vocabulary import LISTS, FactType

WITHIN = "within"


def read_tree(at: Cursor, words: Words) -> Tree:
    known = OF_AN_ENTRY if words.in_a_list else tuple(READERS)
    if isinstance(at.value, dict):
        for key in known:
            if key in at.value:
                return READERS[key](at, words)
    raise at.wrong("not a condition", f"Start it with one of: {', '.join(known)}.")


def _all(at: Cursor, words: Words) -> Tree:
    return All(tuple(read_tree(each, words) for each in at.fields("all")["all"].items()))


def _any(at: Cursor, words: Words) -> Tree:
    return AnyOf(tuple(read_tree(each, words) for each in at.fields("any")["any"].items()))


def _not(at: Cursor, words: Words) -> Tree:
    return Not(read_tree(at.fields("not")["not"], words))


def _tracks(at: Cursor, words: Words) -> Tree:
    tracks = at.fields("tracks")["tracks"].items()
    names = [track.fields("name title when", "open")["name"].slug() for track in tracks]
    for track, name in zip(tracks, names, strict=True):
        if names.count(name) > 1:
            raise track.wrong(f"two tracks are named '{name}'", "Give each track its own name.")
    return Tracks(tuple(_track(each, words) for each in tracks))


def _track(at: Cursor, words: Words) -> Track:
    given = at.fields("name title when", "open")
    days = given["open"].fields("from to") if "open" in given else {}
    first = days["from"].day() if days else None
    last = days["to"].day() if days else None
    if first is not None and last is not None and last.last < first.first:
        raise days["to"].wrong("it ends before it starts", "Check both dates.")
    return Track(
        name=given["name"].slug(),
        title=given["title"].words(),
        when=read_tree(given["when"], words),
        first=first,
        last=last,
    )


def _since(at: Cursor, words: Words) -> Tree:
    given = at.fields("since op cite", "years months days at convention")
    units = [unit for unit in Unit if unit in given]
    if len(units) != 1:
        raise at.wrong("a length of time needs one unit", "Write years, months or days.")
    since = spec_of(given["since"], words, frozenset({FactType.DATE})).name
    value, unit = given[units[0]].whole(), units[0]
    reference = _reference(given["at"], words) if "at" in given else Reference.VALID_AT
    cite = given["cite"].cite()
    if given["op"].value == WITHIN:
        if "convention" in given:
            raise given["convention"].wrong("a day is not counted in units", "Leave it out.")
        return Within(since=since, value=value, unit=unit, cite=cite, at=reference)
    return Elapsed(
        since=since,
        op=given["op"].choice(Op),
        value=value,
        unit=unit,
        cite=cite,
        at=reference,
        convention=given["convention"].choice(Convention)
        if "convention" in given
        else Convention.COMPLETE,
    )


def _reference(at: Cursor, words: Words) -> Reference | date | AtFact:
    if at.has("fact"):
        return AtFact(spec_of(at.fields("fact")["fact"], words, frozenset({FactType.DATE})).name)
    if at.value in [each.value for each in Reference]:
        return at.choice(Reference)
    return at.day().first


def _insured(at: Cursor, words: Words) -> Tree:
    given = at.fields("insured cite")
    spec = given["insured"].fields("months in_a_row", "window_months base_percent")
    months = spec["months"].whole(least=1)
    window = spec["window_months"].whole(least=1) if "window_months" in spec else None
    if window is not None and window < months:
        raise spec["window_months"].wrong("the window is too short", "Make it >= months.")
    return Insured(
        fact=words.vocabulary.facts[SOCIAL_INSURANCE].name,
        months=months,
        window_months=window,
        in_a_row=spec["in_a_row"].yes_no(),
        base_percent=spec["base_percent"].whole(least=1) if "base_percent" in spec else None,
        cite=given["cite"].cite(),
    )


def _holds(at: Cursor, words: Words) -> Tree:
    given = at.fields("holds cite")
    held = read_held(given["holds"], words)
    return Holds(
        fact=held.fact,
        codes=held.codes,
        covers=held.covers,
        tenure=held.tenure,
        closed=held.closed,
        cite=given["cite"].cite(),
    )


def _sum(at: Cursor, words: Words) -> Tree:
    return read_sum(at, words)


def _exists(at: Cursor, words: Words) -> Tree:
    given = at.fields("exists cite", "where")
    return _counted(given, given["exists"], words, op=Op.AT_LEAST, value=1)


def _count(at: Cursor, words: Words) -> Tree:
    given = at.fields("count op value cite", "where")
    op, value = given["op"].choice(Op), given["value"].whole()
    return _counted(given, given["count"], words, op=op, value=value)


def _counted(given: dict[str, Cursor], name: Cursor, words: Words, *, op: Op, value: int) -> Count:
    spec = spec_of(name, words, LISTS)
    entry = words.of_an_entry(spec)
    return Count(
        fact=spec.name,
        where=read_tree(given["where"], entry) if "where" in given else None,
        op=op,
        value=value,
        closed=spec.authoritative,
        cite=given["cite"].cite(),
    )


def _manual_check(at: Cursor, words: Words) -> Tree:
    given = at.fields("manual_check id cite")
    return ManualCheck(
        check_id=f"{words.policy_id}/{given['id'].slug()}",
        text=given["manual_check"].words(),
        cite=given["cite"].cite(),
    )


def _not_seen(at: Cursor, _words: Words) -> Tree:
    given = at.fields("not_seen cite")
    if not given["not_seen"].yes_no():
        raise given["not_seen"].wrong("this can only be true", "Write `not_seen: true`.")
    return NotSeen(cite=given["cite"].cite())


READERS: dict[str, Callable[[Cursor, Words], Tree]] = {
    "all": _all,
    "any": _any,
    "not": _not,
    "tracks": _tracks,
    "fact": read_fact,
    "sum": _sum,
    "since": _since,
    "insured": _insured,
    "holds": _holds,
    "exists": _exists,
    "count": _count,
    "manual_check": _manual_check,
    "not_seen": _not_seen,
}
OF_AN_ENTRY = ("all", "any", "not", "fact", "sum", "since")
"""What can be asked of one entry of a list."""
