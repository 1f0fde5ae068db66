"""Policy files against the records of the corpus they come from."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.policy.rules import default_vocabulary, parse_policy
from services.policy.rules.amount import Table
from services.policy.rules.policy import Benefit, Policy, Supersedes
from services.policy.rules.tree import Cite, Clause
from tests.support.citations import cites_of
from tests.support.corpus import committed, title_of
from tests.support.policy_file import FILES, GOOD, plain, policies

SCALE = {"m": 1_000_000, "bn": 1_000_000_000, "x": 100, "万": 10_000, "亿": 100_000_000}
# The whole of a sum, a year of months and a yes are arithmetic, not figures of a source.
ARITHMETIC = {100}
BODY = ("eligibility", "benefits", "interactions", "particulars", "quota")


def records() -> dict[str, Any]:
    """What the corpus says of each policy, in facts (see `tests.support.corpus`)."""
    found: dict[str, Any] = committed()["policies"]
    return found


def leaves(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, key)
    else:
        yield key, value


def numbers_in(text: str) -> set[int]:
    found: set[int] = set()
    for digits, suffix in re.findall(r"(\d+(?:,\d{3})*(?:\.\d+)?)\s*(bn|m\b|x\b|万|亿)?", text):
        number = float(digits.replace(",", ""))
        scaled = [number, number * SCALE.get(suffix, 1), number * 12]
        found.update(int(each) for each in scaled if each == int(each))
    return found


def found_at(record: Any, where: str) -> Any:
    """What stands at a place of the record; nothing where there is no such place."""
    try:
        for step in where.split("."):
            record = record[int(step)] if isinstance(record, list) else record[step]
    except LookupError:
        return None
    return record


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_sum_of_money_stands_in_the_record(path: Path) -> None:
    seen = numbers_in(json.dumps(records()[path.stem], ensure_ascii=False))
    for _, value in leaves(plain(path)):
        found = re.fullmatch(r"([\d.]+) (元|万元)", str(value))
        if found:
            assert float(found[1]) * (10_000 if found[2] == "万元" else 1) in seen, value


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_other_number_stands_in_the_record(path: Path) -> None:
    seen = numbers_in(json.dumps(records()[path.stem], ensure_ascii=False)) | ARITHMETIC
    body = {k: v for k, v in plain(path).items() if k in BODY}
    for key, value in leaves(body):
        if isinstance(value, int) and not isinstance(value, bool) and key != "source":
            assert value in seen, (key, value)


FIGURE = re.compile(r"(?<![A-Za-z\d.,])(\d+(?:\.\d+)?)(万|亿)?")


def unfounded_figures(body: Any, record: Any) -> list[str]:
    """Sentences of the file with a figure that the record does not have."""
    text = json.dumps(record, ensure_ascii=False)
    seen, written = numbers_in(text), set(re.findall(r"\d+(?:\.\d+)?", text))
    return [
        sentence
        for key, sentence in leaves(body)
        if key in ("zh", "en")
        for digits, scale in FIGURE.findall(re.sub(r"(?<=\d),(?=\d{3})", "", sentence))
        if digits not in written and float(digits) * SCALE.get(scale, 1) not in seen
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_figure_within_a_sentence_stands_in_the_record(path: Path) -> None:
    body = {k: v for k, v in plain(path).items() if k in BODY}
    assert unfounded_figures(body, records()[path.stem]) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_number_the_record_states_apart_is_encoded(path: Path) -> None:
    """What stands in prose is for people; a number by itself is a leaf, a sum or a particular."""
    written = numbers_in(json.dumps(plain(path), ensure_ascii=False))
    record = records()[path.stem]
    for part in ("eligibility", "benefits", "stacking", "application", "service_commitment"):
        for key, value in leaves(record.get(part) or {}):
            if isinstance(value, int | float) and not isinstance(value, bool):
                assert {abs(value), value * 12, value * 100} & written, (part, key, value)


def test_every_record_is_encoded_once_and_nothing_else_is() -> None:
    assert {path.stem for path in FILES} == records().keys()
    assert len(FILES) == 88


def ends_of_years(record: Any) -> set[str]:
    """The last days of the years before whose end something has to be."""
    return {
        f"{year}-12-31"
        for _, said in leaves(record)
        if "before end" in str(said)
        for year in re.findall(r"(?<![-\d])\d{4}(?![-\d])", str(said))
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_date_stands_in_the_record(path: Path) -> None:
    record = records()[path.stem]
    text, ends = json.dumps(record, ensure_ascii=False), ends_of_years(record)
    for _, value in leaves(plain(path)):
        if re.fullmatch(r"\d{4}(-\d{2}){1,2}", str(value)):
            assert value in text or value in ends, value


def replaced_by(record: Any) -> set[str]:
    """What it replaces by its own record, or by the record of the older one."""
    older = {each["id"] for each in records().values() if each["superseded_by"] == record["id"]}
    return older | ({record["supersedes"]} if record["supersedes"] else set())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_period_and_titles_are_those_of_the_record(path: Path) -> None:
    record, file = records()[path.stem], plain(path)
    assert str(file["published"]) == (record["issue_date"] or "not_seen")
    assert file["in_force"]["from"] == (record["effective_date"] or "not_seen")
    assert file["in_force"]["to"] == (record["expiry_date"] or "not_seen")
    titles = {language: title_of(title) for language, title in file["title"].items()}
    assert titles == {"zh": record["title_zh"], "en": record["title"]}
    assert file["doc_no"] == (record["doc_no"] or "not_seen")
    assert {each["policy"] for each in file.get("supersedes", [])} == replaced_by(record)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_issuer_is_the_body_the_record_names(path: Path) -> None:
    bodies = default_vocabulary().bodies
    file = plain(path)
    named = [bodies[each] for each in (file["issuer"], *file.get("with", []))]
    known = {name for body in named for name in (body.name.en, *body.also)}
    issuer = records()[path.stem]["issuer"]
    parts = [part.strip() for part in re.split(r"; | / ", issuer)]
    assert issuer in known or set(parts) <= known


def unfounded(policy: Policy, record: Any) -> list[str]:
    """Citations that the record does not bear out: a clause it never names, a part it lacks."""
    words = json.dumps(record, ensure_ascii=False)
    told_by_older = [each.cite for each in policy.supersedes if is_told_by_older(policy, each)]
    return [
        cite.where
        for cite in cites_of(policy)
        if cite not in told_by_older
        and not (
            cite.where in words
            if cite.clause is Clause.SEEN
            else found_at(record, cite.where) is not None
        )
    ]


def is_told_by_older(policy: Policy, replaces: Supersedes) -> bool:
    """Whether it is the older policy's record that names the newer one."""
    older = records().get(replaces.policy_id, {})
    told = older.get(replaces.cite.where) == policy.policy_id
    return told and replaces.cite.where == "superseded_by"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_citation_leads_to_something_in_the_record(path: Path) -> None:
    assert unfounded(policies()[path.stem], records()[path.stem]) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_sources_are_those_of_the_record_with_their_addresses(path: Path) -> None:
    listed = [
        {"url": each.url, "title": title_of(each.title), "quality": each.quality}
        for each in policies()[path.stem].sources
    ]
    assert listed == [
        {**source, "quality": source["quality"].replace(" ", "_")}
        for source in records()[path.stem]["sources"]
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_sum_the_record_shows_is_encoded(path: Path) -> None:
    written = numbers_in(
        " ".join(str(value).replace(" 元", "") for _, value in leaves(plain(path)))
    )
    for benefit in records()[path.stem]["benefits"]:
        for key in ("amount", "max_amount", "total_cap"):
            if benefit.get(key):
                assert benefit[key] in written, benefit


TIMES = {"month": "month", "year": "year"}
IN_WORDS = {"once a year": "year", "in parts over": "once"}
"""How records say apart from a sum how often it is paid; parts are of one sum."""


def rhythm_shown(entry: Any) -> str:
    """How often the record says that a sum is paid; a whole for a project or person is once."""
    words = " ".join(str(entry.get(key) or "") for key in ("unit", "note", "pct_base"))
    if entry.get("unit") in TIMES:
        return TIMES[entry["unit"]]
    unit = entry.get("unit") or ""
    if unit.startswith(("once", "project")) or entry.get("instalments") or "per person" in words:
        return "once"
    return "not_seen"


def rhythms_told_apart(policy: Policy, record: Any) -> Iterator[str]:
    """In the parts of the record that the file cites for how it is paid."""
    for each in policy.particulars:
        if each.name == "payment":
            words = str(found_at(record, each.cite.where))
            yield from (rhythm for said, rhythm in IN_WORDS.items() if said in words)


def rhythm_said(policy: Policy, record: Any, cite: Cite) -> str:
    """With the sum itself, or apart from it."""
    shown = rhythm_shown(found_at(record, ".".join(cite.where.split(".")[:2])))
    if shown != "not_seen":
        return shown
    return next(rhythms_told_apart(policy, record), shown)


def rhythms_unlike(policy: Policy, record: Any) -> list[str]:
    """Benefits that are said to be paid more or less often than the record shows."""
    return [
        benefit.benefit_id
        for benefit in policy.benefits
        if benefit.pay is not None
        for cite in amounts_from(benefit)
        if rhythm_said(policy, record, cite) != benefit.pay.per
    ]


def amounts_from(benefit: Benefit) -> list[Cite]:
    """Where the sums stand; a table cites row by row."""
    assert benefit.pay is not None
    amount = benefit.pay.amount
    if isinstance(amount, Table):
        return [row.cite for row in amount.rows]
    return [Cite(f"{benefit.cite.where}.0")] if benefit.cite.where == "benefits" else [benefit.cite]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_rhythm_of_payment_stands_in_the_record_or_was_not_seen(path: Path) -> None:
    assert rhythms_unlike(policies()[path.stem], records()[path.stem]) == []


GOOD_RECORD = {"a": "a degree", "b": {"amount": 3000, "unit": "month"}, "c": "one", "d": 3}


def test_a_clause_that_no_record_names_is_found_out() -> None:
    assert unfounded(parse_policy(GOOD), GOOD_RECORD) == []
    claimed = GOOD.replace("cite: c}", "cite: {where: Article 9, clause: seen}}")
    assert unfounded(parse_policy(claimed), GOOD_RECORD) == ["Article 9"]
    named = {**GOOD_RECORD, "c": "one of both, by Article 9"}
    assert unfounded(parse_policy(claimed), named) == []
    elsewhere = GOOD.replace("cite: d}", "cite: d.8}")
    assert unfounded(parse_policy(elsewhere), {**GOOD_RECORD, "d": [3]}) == ["d.8"]


def test_only_a_year_that_something_is_before_the_end_of_has_its_last_day() -> None:
    assert ends_of_years({"a": ["2018-01-01 | 2018 | before end"]}) == {"2018-12-31"}
    assert ends_of_years({"a": "2018-01-01 | before end", "b": "2018"}) == set()


def test_a_figure_that_no_record_has_is_found_out() -> None:
    said = [{"zh": "三年内最高80万元"}, {"en": "at most 800,000 in 3 years"}]
    assert unfounded_figures(said, {"max": "0.8m", "years": 3, "sum": 800_000}) == []
    assert unfounded_figures(said, {"max": "0.8m", "years": 3}) == []
    assert len(unfounded_figures(said, {"years": 3})) == 2
    assert len(unfounded_figures(said, {"max": "0.8m"})) == 1


def test_a_rhythm_that_no_record_shows_is_found_out() -> None:
    assert rhythms_unlike(parse_policy(GOOD), GOOD_RECORD) == []
    unshown = {**GOOD_RECORD, "b": {"amount": 3000}}
    assert rhythms_unlike(parse_policy(GOOD), unshown) == ["rent"]
    unseen = parse_policy(GOOD.replace("per: month, term: open", "per: not_seen"))
    assert rhythms_unlike(unseen, unshown) == []
    assert rhythms_unlike(unseen, GOOD_RECORD) == ["rent"]


def test_a_rhythm_that_stands_apart_from_its_sum_is_found_where_the_file_cites_it() -> None:
    apart = "  - {name: payment, text: {zh: 每年, en: yearly}, cite: e.often}\n"
    record = {**GOOD_RECORD, "b": {"amount": 3000}, "e": {"often": "once a year"}}
    yearly = GOOD.replace("per: month, term: open", "per: year, term: open")
    assert rhythms_unlike(parse_policy(yearly + apart), record) == []
    assert rhythms_unlike(parse_policy(yearly), record) == ["rent"]
    assert rhythms_unlike(parse_policy(GOOD + apart), record) == ["rent"]
    assert rhythms_unlike(parse_policy(yearly + apart), {**record, "e": {"often": 1}}) == ["rent"]
