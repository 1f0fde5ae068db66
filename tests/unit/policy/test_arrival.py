"""Events of three bodies in every order, some twice: one view, to the byte, with its sources."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import cache
from itertools import permutations
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Row

from events.catalog.policy import PolicyAmended, PolicyPublished, PolicyRepealed
from events.sourcing.statements import First
from events.sourcing.types import Recorded
from services.policy.policies.projection import project_policy_row
from services.policy.policies.views import source_row
from services.policy.rules import SourceRow, View, build_view, default_vocabulary, parse_policy
from services.policy.rules.figures import figures_in
from services.policy.rules.render_view import canonical_view
from services.policy.rules.rows import Published
from services.policy.rules.tree import Clause
from tests.unit.policy.rules.rule_samples import TEMPLATE

NOON = datetime(2026, 3, 1, 4, tzinfo=UTC)
"""The clock stands: nothing but the rows themselves can tell one from another."""

TODAY = date(2026, 4, 1)
WORDS = default_vocabulary()
AMENDS = (
    "amends: [{policy: XX-DISTRICT, kind: prolong, to: 2028-12-31, basis: read, cite: 'Article 7'}]"
)
RENT = (
    "[{id: rent, kind: money, cost_item: rent, pay: {amount: 3000 元, per: month, "
    "term: {months: 24}}, cite: 'Article 5'}]"
)


def text(policy_id: str, issuer: str, version: int = 1, **parts: str) -> str:
    usual = {
        "in_force": "{from: 2025-01-01, to: 2026-03-31, cite: 'Article 20'}",
        "eligibility": '{entry: {since: birth_date, op: "<", years: 45, cite: "Article 2"}}',
        "benefits": "[]",
        "more": "",
    }
    return TEMPLATE.format(
        policy_id=policy_id, issuer=issuer, version=version, **{**usual, **parts}
    )


def published(document: str) -> PolicyPublished:
    policy = parse_policy(document)
    return PolicyPublished(
        policy_id=policy.policy_id,
        edition=policy.version,
        issuer_id=policy.issuer,
        document=document,
        digest=policy.digest,
        published_by="s-1",
        published_at=NOON,
    )


def recorded(stream: str, version: int, event: object) -> Recorded[Any]:
    return Recorded(
        event=event,
        name="as-the-catalog-says",
        event_id=UUID(int=version),
        service="policy",
        stream=stream,
        version=version,
        position=version,
        recorded_at=NOON,
        actor="s-1",
        correlation_id="c-1",
        causation_id=None,
    )


def events() -> Iterator[Recorded[Any]]:
    """What a city, a district and a town said; the streams are theirs, the order is not."""
    yield recorded("policy-XX-CITY", 1, published(text("XX-CITY", "shanghai", more=AMENDS)))
    yield recorded(
        "policy-XX-CITY",
        2,
        PolicyRepealed(
            policy_id="XX-CITY",
            issuer_id="shanghai",
            effective_on=date(2027, 1, 1),
            reason="over",
            repealed_at=NOON,
            recorded_by="s-1",
        ),
    )
    district = text("XX-DISTRICT", "putuo", benefits=RENT)
    yield recorded("policy-XX-DISTRICT", 1, published(district))
    second = text("XX-DISTRICT", "putuo", version=2, benefits=RENT.replace("3000", "4000"))
    yield recorded("policy-XX-DISTRICT", 2, published(second))
    yield recorded("policy-XX-TOWN", 1, published(text("XX-TOWN", "changzheng", benefits=RENT)))
    yield recorded(
        "policy-XX-TOWN",
        2,
        PolicyAmended(
            policy_id="XX-TOWN",
            issuer_id="changzheng",
            kind="suspend",
            first_on=date(2026, 2, 1),
            last_on=None,
            edition=None,
            clause="Notice 3",
            amended_at=NOON,
            recorded_by="s-1",
        ),
    )


@cache
def rows() -> tuple[SourceRow, ...]:
    """Through the projection, as they stand in the read model."""
    statements = [each for event in events() for each in project_policy_row(event)]
    blank = dict.fromkeys(("kind", "last_on", "edition", "superseded_by"))
    found = [
        SimpleNamespace(**{**blank, **each.row}) for each in statements if isinstance(each, First)
    ]
    return tuple(source_row(cast("Row[Any]", each), WORDS) for each in found)


def arrivals() -> Iterator[list[SourceRow]]:
    """Every order, each time with one of the rows delivered again at the end and at the start."""
    for place, order in enumerate(permutations(rows())):
        again = order[place % len(order)]
        yield [order[-1], *order, again]


def differs(build: Callable[[Sequence[SourceRow]], View]) -> bool:
    """Whether some order gives another text than the first."""
    texts = (canonical_view(build(arrived), WORDS) for arrived in arrivals())
    first = next(texts)
    return any(each != first for each in texts)


def whole(arrived: Iterable[SourceRow]) -> View:
    return build_view(arrived, TODAY, NOON, superiors=WORDS.superiors())


def newest_arrival_wins(arrived: Sequence[SourceRow]) -> View:
    """What is wrong in a reader that takes what came last for what counts."""
    last = {each.policy.policy_id: each for each in arrived if isinstance(each, Published)}
    others = [each for each in arrived if not isinstance(each, Published)]
    return whole([*last.values(), *others])


def test_events_of_three_bodies_in_every_order_give_one_view_to_the_byte() -> None:
    assert len(rows()) == 6
    assert not differs(whole)
    assert differs(newest_arrival_wins)


def test_every_figure_of_the_view_names_its_body_document_and_clause() -> None:
    figures = figures_in(whole(rows()), WORDS)
    rent = next(each for each in figures if each.path.endswith("most_fen"))
    assert (rent.value, rent.unit, rent.issuer) == (400_000, "fen", "putuo")
    assert (rent.policy_id, rent.version, rent.cite.where) == ("XX-DISTRICT", 2, "Article 5")
    assert all(each.issuer and each.digest and each.cite.where for each in figures)
    age = next(each for each in figures if each.of == "XX-CITY" and each.path == "entry.value")
    assert (age.value, age.unit, age.cite.where) == (45, "years", "Article 2")


def test_a_day_that_another_body_moved_is_cited_from_its_text() -> None:
    figures = figures_in(whole(rows()), WORDS)
    end = next(each for each in figures if (each.of, each.path) == ("XX-DISTRICT", "in_force.last"))
    assert (end.value, end.issuer, end.policy_id) == ("2028-12-31", "shanghai", "XX-CITY")
    assert (end.cite.where, end.cite.clause) == ("Article 7", Clause.SEEN)


def test_two_rows_that_claim_one_place_count_alike_in_either_order() -> None:
    one = rows()[0]
    assert isinstance(one, Published)
    other = Published(
        row_id=one.row_id, policy=parse_policy(text("XX-OTHER", "putuo")), recorded_at=NOON
    )
    assert whole([one, other]) == whole([other, one])
