"""Editions of one policy: which may follow each other, and which would be in force together."""

from dataclasses import replace
from pathlib import Path

import pytest

from events.catalog.policy import PolicyPublished
from events.sourcing.testing import given
from services.policy.policies.commands import (
    PublishPolicy,
)
from services.policy.policies.domain import policy
from services.policy.rules import FormatError, load_policies
from services.policy.rules.editions import edition_of, refuse_overlaps
from services.policy.rules.yaml_file import read_yaml
from tests.unit.policy.rules.rule_samples import ANYONE, NOW, TEMPLATE

CHANGES = (
    "amends: [{policy: XX-ONE, kind: amend, version: 2, from: 2026-06-01, basis: read, cite: a}]"
)
OLDER = "{from: 2025-01-01, to: 2026-12-31}"


def text(version: int, in_force: str, more: str = "", policy_id: str = "XX-ONE") -> str:
    return TEMPLATE.format(
        policy_id=policy_id,
        version=version,
        issuer="putuo",
        in_force=in_force,
        eligibility=f"{{entry: {ANYONE}}}",
        benefits="[]",
        more=more,
    )


MAY_FOLLOW = {
    "it starts after the last day": (OLDER, "{from: 2027-01-01, to: open}", ""),
    "the older one has no end": (
        "{from: 2025-01-01, to: open}",
        "{from: 2026-06-01, to: open}",
        "",
    ),
    "no end of the older one was seen": (
        "{from: 2025-01-01, to: not_seen}",
        "{from: 2026-06-01, to: open}",
        "",
    ),
    "it corrects the same text": (OLDER, OLDER, ""),
    "it says that it changes the wording": (OLDER, "{from: 2026-06-01, to: open}", CHANGES),
    "it tells of the time before": (OLDER, "{from: 2024-01-01, to: 2024-12-31}", ""),
    "the older one waits for an act": (
        "{from: pending, to: open}",
        "{from: 2026-06-01, to: open}",
        "",
    ),
}
MAY_NOT_FOLLOW = {
    "it starts before the last day": (OLDER, "{from: 2026-12-31, to: open}", "until 2026-12-31"),
    "it starts before the older one and goes on": (
        OLDER,
        "{from: 2024-01-01, to: 2025-01-01}",
        "while edition 1 begins",
    ),
}


@pytest.mark.parametrize("case", MAY_FOLLOW)
def test_an_edition_may_follow_another_if(case: str) -> None:
    older, newer, more = MAY_FOLLOW[case]
    first = edition_of(read_yaml(text(1, older), "one"))
    assert first is not None
    refuse_overlaps(read_yaml(text(2, newer, more), "two"), [first])


@pytest.mark.parametrize("case", MAY_NOT_FOLLOW)
def test_an_edition_is_refused_at_its_first_day_if(case: str) -> None:
    older, newer, problem = MAY_NOT_FOLLOW[case]
    first = edition_of(read_yaml(text(1, older), "one"))
    assert first is not None
    with pytest.raises(FormatError, match=problem) as caught:
        refuse_overlaps(read_yaml(text(2, newer), "two"), [first])
    assert (caught.value.path, caught.value.mark.line) == ("in_force.from", 10)
    assert "amends" in caught.value.remedy


def test_editions_of_a_folder_that_overlap_are_refused_with_the_file(tmp_path: Path) -> None:
    (tmp_path / "XX-ONE.v1.yaml").write_text(text(1, OLDER))
    (tmp_path / "XX-ONE.yaml").write_text(text(2, "{from: 2026-06-01, to: open}"))
    with pytest.raises(FormatError) as caught:
        load_policies(tmp_path)
    assert caught.value.file == "XX-ONE.yaml"


def test_the_editions_of_a_folder_are_all_read(tmp_path: Path) -> None:
    (tmp_path / "XX-ONE.v1.yaml").write_text(text(1, OLDER))
    (tmp_path / "XX-ONE.yaml").write_text(text(2, "{from: 2027-01-01, to: open}"))
    assert [each.version for each in load_policies(tmp_path)] == [1, 2]


def test_two_files_of_one_edition_are_refused(tmp_path: Path) -> None:
    (tmp_path / "XX-ONE.v1.yaml").write_text(text(1, OLDER))
    (tmp_path / "XX-ONE.yaml").write_text(text(1, "{from: 2027-01-01, to: open}"))
    with pytest.raises(FormatError, match="has this version"):
        load_policies(tmp_path)


def test_a_file_with_another_name_than_its_policy_is_refused(tmp_path: Path) -> None:
    (tmp_path / "XX-TWO.yaml").write_text(text(1, OLDER))
    with pytest.raises(FormatError, match="another name"):
        load_policies(tmp_path)


PUBLISHED = PolicyPublished(
    policy_id="XX-ONE",
    edition=1,
    issuer_id="putuo",
    document=text(1, OLDER),
    digest="d-1",
    published_by="s-1",
    published_at=NOW,
)
PUBLISH = PublishPolicy(
    policy_id="XX-ONE",
    edition=2,
    issuer_id="putuo",
    document=text(2, "{from: 2026-06-01, to: open}"),
    digest="d-2",
    acting_for="putuo",
    published_by="s-1",
    at=NOW,
)


def test_a_body_cannot_publish_two_texts_for_one_day() -> None:
    given(policy, PUBLISHED).when(PUBLISH).then_refused("editions-overlap")


def test_a_body_may_publish_a_text_that_says_what_it_changes() -> None:
    document = text(2, "{from: 2026-06-01, to: open}", CHANGES)
    given(policy, PUBLISHED).when(replace(PUBLISH, document=document)).then(
        replace(PUBLISHED, edition=2, document=document, digest="d-2")
    )


def test_a_text_that_this_release_cannot_read_stands_in_nobodys_way() -> None:
    unread = replace(PUBLISHED, document="in_force: [")
    given(policy, unread).when(PUBLISH).then(
        replace(PUBLISHED, edition=2, document=PUBLISH.document, digest="d-2")
    )
