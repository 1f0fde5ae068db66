"""How complete a file is, and what it still needs."""

from services.registry.talent.completeness import CORE, completeness
from tests.support.registry import fact


def test_an_empty_file_misses_everything_that_is_always_asked() -> None:
    found = completeness([])
    assert (found.known, found.wanted, found.missing) == (0, len(CORE), CORE)


def test_what_does_not_apply_is_known() -> None:
    found = completeness([fact("titles_held", None, source="verified")])
    assert found.known == 1
    assert "titles_held" not in found.missing


def test_what_only_the_talent_says_waits_for_a_document() -> None:
    found = completeness([fact("sex", "female", source="verified"), fact("field", ("health",))])
    assert found.declared_only == ("field",)


def test_facts_nobody_always_asks_for_do_not_count() -> None:
    assert completeness([fact("home_price", 1)]).known == 0
