"""Drawing docs/corpus.md from the policies and from what is claimed of them."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from infra.corpus.claims import Claim, Place, overlaps, points, wishes
from infra.corpus.counts import Counted, counted
from infra.corpus.families import Generation, families
from services.policy.rules import Policy, load_policies

ROOT = Path(__file__).parents[2]
TEMPLATE = Path(__file__).parent / "page.md"
PAGE = ROOT / "docs" / "corpus.md"


def page() -> str:
    """The wording with what was counted and claimed in its places."""
    text = TEMPLATE.read_text(encoding="utf-8")
    for place, lines in _lists(load_policies(ROOT / "data" / "policies")).items():
        text = text.replace(f"<{place}>", "\n".join(lines))
    return text


def _lists(policies: Sequence[Policy]) -> dict[str, Iterable[str]]:
    rows = [counted(policy) for policy in policies]
    return {
        "records": [*map(_row, rows), _total(rows)],
        "points": map(_claim, points()),
        "overlaps": map(_claim, overlaps()),
        "families": map(_family, families(policies)),
        "wishes": (_cells([_link(each.place), each.wanted]) for each in wishes()),
    }


def _row(row: Counted) -> str:
    cells = [
        f"[{row.policy.policy_id}]({_file(row.policy.policy_id)}) {row.policy.title.en}",
        *map(str, _numbers(row)),
        "; ".join(row.checks),
        "; ".join(row.unseen),
    ]
    return _cells(cells)


def _numbers(row: Counted) -> Sequence[int]:
    return row.conditions, row.sums, row.things, row.interactions, row.particulars


def _total(rows: Sequence[Counted]) -> str:
    sums = (str(sum(column)) for column in zip(*map(_numbers, rows), strict=True))
    checks = sum(len(row.checks) for row in rows)
    unseen = sum(len(row.unseen) for row in rows)
    return _cells([f"**{len(rows)} records**", *sums, f"{checks} checks", f"{unseen} kinds of gap"])


def _claim(claim: Claim) -> str:
    shown = ", ".join(map(_link, claim.shown))
    return _cells([str(claim.number), claim.name, shown, claim.why_not or ""])


def _family(line: Iterable[Generation]) -> str:
    return f"- {' → '.join(map(_generation, line))}"


def _generation(one: Generation) -> str:
    since = f"from {one.since.isoformat()}" if one.since else "first day not seen"
    basis = f", {one.basis}" if one.basis else ""
    return f"[{one.policy_id}]({_file(one.policy_id)}) ({since}{basis})"


def _link(place: Place) -> str:
    return f"[{place.policy}]({_file(place.policy)}) `{place.at}`"


def _file(policy_id: str) -> str:
    return f"../data/policies/{policy_id}.yaml"


def _cells(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
