"""Every text of a page is translated, whole."""

import re
from pathlib import Path

import pytest

from infra.assets.wording import (
    catalogue_of,
    extracted,
    packages_with_pages,
    read_catalogue,
    untranslated,
)

ROOT = Path(__file__).resolve().parents[3]
EVERY_PACKAGE = packages_with_pages(ROOT)
PLACEHOLDER = re.compile(r"%\(\w+\)s")


@pytest.mark.parametrize("package", EVERY_PACKAGE, ids=lambda package: package.name)
def test_the_catalogue_holds_every_text_of_the_templates_translated(package: Path) -> None:
    catalogue = read_catalogue(catalogue_of(package))
    assert untranslated(catalogue) == []
    assert {str(text.id) for text in catalogue} == {str(text.id) for text in extracted(package)}


@pytest.mark.parametrize("package", EVERY_PACKAGE, ids=lambda package: package.name)
def test_a_translation_has_the_placeholders_of_its_text(package: Path) -> None:
    for message in read_catalogue(catalogue_of(package)):
        asked = message.id if isinstance(message.id, str) else list(message.id)[-1]
        said = message.string if isinstance(message.string, str) else (message.string or [""])[0]
        assert sorted(PLACEHOLDER.findall(asked)) == sorted(PLACEHOLDER.findall(said))
        assert "%" not in PLACEHOLDER.sub("", said)
