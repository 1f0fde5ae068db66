"""Codes of every size of list: the national standards by their form, a thousand written out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import numpy as np
import polars as pl
import pytest

from services.policy.rules import (
    FormatError,
    Policy,
    Published,
    State,
    build_view,
    default_vocabulary,
    evaluate,
    load_vocabulary,
    parse_policy,
)
from services.policy.rules.bulk import columns, frame
from services.policy.rules.bulk.bits import unpacked
from services.policy.rules.bulk.columns import Need, Numbers, People, narrow
from services.policy.rules.bulk.frame import facts_of_row, people_of_frame
from services.policy.rules.bulk.people import people_of
from services.policy.rules.bulk.states import judging_of, states_of
from services.policy.rules.facts import select
from services.policy.rules.leaves import covers
from services.policy.rules.tree import Member, Text
from services.policy.rules.vocabulary import Code, CodeTree, Vocabulary
from tests.support.corpus import committed
from tests.unit.policy.rules.rule_samples import (
    NOW,
    RECORDED,
    TEMPLATE,
    TODAY,
    policy_of,
    state_of,
)

VOCABULARY = default_vocabulary()
CHIPS = "{fact: industries, in: [C39, I6520], cite: a}"
MANY = 3000
NOT_LISTED = 100
"""The first codes; whoever's place is cut off at a byte is taken for one of these."""

MakePeople: TypeAlias = Callable[["Town", frozenset[Need]], People]


@pytest.mark.parametrize(
    ("held", "state"),
    [
        (["C39"], "eligible"),
        (["C391"], "eligible"),
        (["C3973"], "eligible"),
        (["A01", "I6520"], "eligible"),
        (["C"], "undetermined"),
        (["C40"], "not_eligible"),
        (["I6521"], "not_eligible"),
        (["I65"], "undetermined"),
        (["I65", "I6520"], "eligible"),
    ],
)
def test_an_industry_covers_the_groups_and_classes_below_it(held: list[str], state: str) -> None:
    assert state_of(CHIPS, {"industries": held}) == state


def test_a_discipline_covers_its_branches() -> None:
    entry = '{fact: disciplines, in: ["520"], cite: a}'
    assert state_of(entry, {"disciplines": ["5202010"]}) == "eligible"
    assert state_of(entry, {"disciplines": ["510"]}) == "not_eligible"
    branch = '{fact: disciplines, in: ["5202010"], cite: a}'
    assert state_of(branch, {"disciplines": ["520"]}) == "undetermined"
    assert state_of(entry) == "undetermined"


@pytest.mark.parametrize("code", ["X1", "C3", "c39", "C39731"])
def test_a_code_without_the_form_of_its_standard_is_refused(code: str) -> None:
    with pytest.raises(FormatError, match="form of a code") as caught:
        policy_of(f"{{fact: industries, in: [{code}], cite: a}}")
    assert "[A-T]" in caught.value.remedy


def test_codes_known_by_their_form_have_no_order() -> None:
    with pytest.raises(FormatError, match="no order"):
        policy_of('{fact: industries, op: ">=", value: C39, cite: a}')


@pytest.mark.parametrize(
    ("name", "fact", "least"),
    [("gbt4754-2017", "industries", 1700), ("gbt13745-2009", "disciplines", 3600)],
)
def test_every_code_of_the_national_standards_has_its_form(
    name: str, fact: str, least: int
) -> None:
    form = VOCABULARY.facts[fact].form
    assert form is not None
    looks: dict[str, int] = committed()["codes"][name]
    unlike = [code for code in looks if not form.fits(code)]
    assert (unlike, sum(looks.values()) >= least) == ([], True)


def vocabulary_of(count: int) -> Vocabulary:
    """The regions replaced by a tree of that many codes, a hundred below each of the first."""
    parents = [
        Code(code=f"r{n}", label=Text("区", "place"), parent=None) for n in range(count // 100)
    ]
    below = [
        Code(code=f"{each.code}-{n}", label=Text("镇", "town"), parent=each.code)
        for each in parents
        for n in range(99)
    ]
    tree = CodeTree({each.code: each for each in [*parents, *below]}, ordered=False)
    kept = VOCABULARY.trees["regions"].codes
    tree = CodeTree({**kept, **tree.codes}, ordered=False)
    return replace(VOCABULARY, trees={**VOCABULARY.trees, "regions": tree})


def policy_for(codes: Sequence[str], vocabulary: Vocabulary) -> Policy:
    """For whoever works in a place of the list."""
    entry = f"{{fact: work_region, in: [{', '.join(codes)}], cite: a}}"
    parts = {
        "policy_id": "XX-ONE",
        "version": "1",
        "issuer": "putuo",
        "in_force": "{from: 2025-01-01, to: open}",
        "eligibility": f"{{entry: {entry}}}",
        "benefits": "[]",
        "more": "",
    }
    return parse_policy(TEMPLATE.format(**parts), vocabulary=vocabulary)


def test_a_list_of_a_thousand_codes_is_read_whole() -> None:
    vocabulary = vocabulary_of(MANY)
    wanted = [f"r{place}-{n}" for place in range(12) for n in range(99)]
    leaf = policy_for(wanted, vocabulary).entry
    assert isinstance(leaf, Member)
    assert len(leaf.codes) == len(wanted) == 1188
    assert all(covers(leaf, code) for code in wanted)
    assert not covers(leaf, "r12-0")


@dataclass(frozen=True)
class Town:
    """Somebody in each of these places, in their order, and last somebody of no known place."""

    codes: Sequence[str]
    vocabulary: Vocabulary
    policy: Policy

    @property
    def rows(self) -> list[dict[str, str | None]]:
        return [{"work_region": code} for code in (*self.codes, None)]

    @property
    def states(self) -> list[State]:
        """As the list says, without judging anybody."""
        listed = len(self.codes) - NOT_LISTED
        return [State.NOT_ELIGIBLE] * NOT_LISTED + [State.ELIGIBLE] * listed + [State.UNDETERMINED]

    def alone(self) -> list[State]:
        said = [facts_of_row(row, self.vocabulary) for row in self.rows]
        return [evaluate(self.policy, facts, TODAY, NOW).state for facts in said]

    def together(self, made: MakePeople) -> list[State]:
        rows = [Published(row_id="a", policy=self.policy, recorded_at=RECORDED)]
        judging = judging_of(build_view(rows, TODAY, NOW))
        (states,) = states_of(judging, made(self, judging.needs)).values()
        flags = {state: unpacked(bits, len(self.rows)) for state, bits in states.items()}
        sole = [[s for s, flag in flags.items() if flag[n]] for n in range(len(self.rows))]
        return [state for (state,) in sole]


def town_of(count: int) -> Town:
    vocabulary = vocabulary_of(MANY)
    codes = sorted(code for code in vocabulary.trees["regions"].codes if "-" in code)
    policy = policy_for(codes[NOT_LISTED:count], vocabulary)
    return Town(codes[:count], vocabulary, policy)


def of_a_frame(town: Town, needs: frozenset[Need]) -> People:
    rows = pl.DataFrame(town.rows, schema={"work_region": pl.String})
    return people_of_frame(rows, needs, town.vocabulary)


def of_statements(town: Town, needs: frozenset[Need]) -> People:
    said = [facts_of_row(row, town.vocabulary) for row in town.rows]
    return people_of([select(facts, TODAY, NOW) for facts in said], needs)


@pytest.mark.parametrize("made", [of_a_frame, of_statements])
@pytest.mark.parametrize("count", [254, 255, 256, 257, 600])
def test_people_of_very_many_codes_are_judged_alike_alone_and_together(
    count: int, made: MakePeople
) -> None:
    town = town_of(count)
    assert town.alone() == town.states
    assert town.together(made) == town.states


@pytest.mark.parametrize("made", [of_a_frame, of_statements])
def test_places_that_do_not_fit_into_a_byte_would_be_found_out(
    monkeypatch: pytest.MonkeyPatch, made: MakePeople
) -> None:
    def into_a_byte(values: Numbers, *, unsigned: bool = False) -> Numbers:
        return values.astype(np.uint8) if unsigned else narrow(values)

    monkeypatch.setattr(columns, "narrow", into_a_byte)
    monkeypatch.setattr(frame, "narrow", into_a_byte)
    town = town_of(600)
    pairs = enumerate(zip(town.together(made), town.states, strict=True))
    wrong = {place for place, (found, right) in pairs if found is not right}
    assert min(wrong) == 256
    assert wrong >= {256, 257, 599, 600}


@pytest.mark.parametrize("made", [of_a_frame, of_statements])
def test_a_byte_that_is_taken_to_hold_one_more_would_be_found_out(
    monkeypatch: pytest.MonkeyPatch, made: MakePeople
) -> None:
    def one_too_many(values: Numbers, *, unsigned: bool = False) -> Numbers:
        small = unsigned and values.max() <= 256
        return values.astype(np.uint8) if small else narrow(values, unsigned=unsigned)

    monkeypatch.setattr(columns, "narrow", one_too_many)
    monkeypatch.setattr(frame, "narrow", one_too_many)
    town = town_of(256)
    assert town.together(made) == [*town.states[:-1], town.states[0]]


def test_a_code_covers_the_three_hundred_below_it() -> None:
    tree = vocabulary_of(MANY).trees["regions"]
    assert len(tree.covers(["r0", "r1", "r2"])) == 300


def test_a_vocabulary_file_of_three_thousand_codes_is_read(tmp_path: Path) -> None:
    (tmp_path / "codes").mkdir()
    lines = [
        f'  - {{code: c{n}, zh: "代码{n}代码{n}代码", en: "code number {n} of very many"}}'
        for n in range(4000)
    ]
    (tmp_path / "codes" / "many.yaml").write_text("ordered: true\ncodes:\n" + "\n".join(lines))
    (tmp_path / "facts.yaml").write_text(
        "facts:\n  - {name: tag, type: code, codes: many, zh: 码, en: tag, personal: false}\n"
    )
    (tmp_path / "bodies.yaml").write_text(
        "bodies:\n  - {id: a, zh: 甲, en: A, level: town, region: x}\n"
    )
    (tmp_path / "texts.yaml").write_text("state:\n  eligible: {zh: 是, en: yes}\n")
    assert (tmp_path / "codes" / "many.yaml").stat().st_size > 262_144
    assert len(load_vocabulary(tmp_path).trees["many"].codes) == 4000
