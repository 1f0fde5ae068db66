"""A part of the portal's pages that does not come is named, and the rest stands."""

from pathlib import Path

import pytest

from events.edge.pages import Site, make_site
from tests.unit.edge.page_request import asking
from tests.unit.edge.page_samples import PAGES

SILENT = "This part is not answering"
PACKAGE = Path(__file__).parents[3] / "services/portal"


@pytest.fixture(scope="module")
def site() -> Site:
    return make_site(service="portal", package=PACKAGE, secret=b"s" * 32)


@pytest.mark.parametrize("name", ["me.html", "policies.html"])
def test_what_follows_from_an_answer_and_does_not_come_is_not_passed_over_in_silence(
    site: Site, name: str
) -> None:
    view = PAGES["portal"][name]
    assert SILENT in site.render(asking("en"), name, view | {"away": frozenset({"policy"})})
    # The control: while everything answers, nothing of the kind is said.
    assert SILENT not in site.render(asking("en"), name, view)
