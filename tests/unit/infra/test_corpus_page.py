"""The page on the encoded records is that of the files, and each claim on it leads somewhere."""

from pathlib import Path

import pytest

from infra.corpus.claims import Claim, Place, found, overlaps, points, wishes
from infra.corpus.counts import counted
from infra.corpus.page import PAGE, page
from services.policy.rules import parse_policy

CLAIMS = [*points(), *overlaps()]
FILE = """
format: 1
id: XX-ONE
version: 1
issuer: putuo
title: {zh: 一, en: One}
region: putuo
doc_no: not_seen
published: 2025
in_force: {from: not_seen, to: open}
scope: whole
sources: [{title: A page, quality: official}]
eligibility:
  entry:
    all:
      - {fact: highest_degree, op: ">=", value: master, cite: a}
      - {manual_check: {zh: 好, en: is good}, id: good, cite: a}
      - {not_seen: true, cite: c}
benefits:
  - {id: living, kind: not_seen, cost_item: living, cite: b}
  - id: rent
    kind: money
    cost_item: rent
    pay:
      amount:
        table:
          by: highest_degree
          rows:
            - {is: master, amount: 1 元, cite: b}
            - {is: doctor, amount: 2 元, cite: b}
      per: month
      term: not_seen
    cite: b
particulars:
  - {name: quota, value: 3, unit: count, cite: d}
"""


def test_the_page_is_what_the_command_writes() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


def test_what_is_typed_is_told_apart_from_what_a_person_decides_and_what_was_not_seen() -> None:
    row = counted(parse_policy(FILE))
    assert (row.conditions, row.sums, row.things, row.particulars) == (1, 2, 0, 1)
    assert row.checks == ("is good",)
    assert row.unseen == (
        "document number",
        "first day",
        "some conditions (`c`)",
        "amount of `living`",
        "term of `rent`",
    )


def test_every_point_and_every_overlap_has_its_row() -> None:
    assert [each.number for each in points()] == list(range(1, 36))
    assert [each.number for each in overlaps()] == list(range(1, 23))


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.name)
def test_a_claim_is_shown_or_says_why_not(claim: Claim) -> None:
    assert claim.shown or claim.why_not
    assert [place for place in claim.shown if found(place) is None] == []


def test_a_place_for_a_wish_is_there() -> None:
    assert [each.place for each in wishes() if found(each.place) is None] == []


@pytest.mark.parametrize("at", ["benefits.home", "benefits.9", "title.fr", "benefits.rent.cite.x"])
def test_a_place_that_is_not_there_is_found_out(at: str, tmp_path: Path) -> None:
    (tmp_path / "XX-ONE.yaml").write_text(FILE, encoding="utf-8")
    assert found(Place("XX-ONE", "benefits.rent.pay.amount"), tmp_path) is not None
    assert found(Place("XX-ONE", at), tmp_path) is None
    assert found(Place("XX-TWO", "id"), tmp_path) is None


@pytest.mark.parametrize("number", [1, 3, 4, 5, 6, 7, 9, 10, 12, 14, 15, 19, 20])
def test_an_overlap_that_a_body_states_is_an_interaction(number: int) -> None:
    (claim,) = [each for each in overlaps() if each.number == number]
    assert any(place.at.startswith("interactions.") for place in claim.shown)
