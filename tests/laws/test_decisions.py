"""A decision of ours is told in four parts, and itself in two sentences at most."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.places import ROOT

RECORDS = sorted((ROOT / "docs/adr").glob("*.md"))
OWED = ("Context", "Decision", "Consequences", "Alternatives")
BETWEEN = "In detail"
MOST = 2
QUOTED = re.compile(r"`[^`]*`")
END = re.compile(r"[.!?](?=\s|\*|$)")


def objections(text: str) -> Iterator[str]:
    """What keeps somebody from reading this record like the others."""
    heads = [head for head in re.findall(r"^## (.+)$", text, re.MULTILINE) if head != BETWEEN]
    if tuple(heads) != OWED:
        yield f"its parts are {heads}"
        return
    if (told := sentences(text)) > MOST:
        yield f"it is decided in {told} sentences"


def sentences(text: str) -> int:
    """How many the decision takes; what stands in code is not read."""
    said = text.partition("## Decision\n")[2].partition("\n## ")[0]
    return len(END.findall(QUOTED.sub("x", said).strip()))


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.stem)
def test_a_decision_is_told_in_two_sentences_between_its_reasons_and_its_price(
    record: Path,
) -> None:
    assert list(objections(record.read_text(encoding="utf-8"))) == []


def test_a_longer_decision_and_a_missing_part_are_noticed() -> None:
    text = RECORDS[0].read_text(encoding="utf-8")
    longer = text.replace(
        "\n## Consequences", "And `a.b` goes. And more. And more.\n\n## Consequences"
    )
    assert list(objections(longer)) == ["it is decided in 5 sentences"]
    assert list(objections(text.replace("## Alternatives", "## Other"))) == [
        "its parts are ['Context', 'Decision', 'Consequences', 'Other']"
    ]
