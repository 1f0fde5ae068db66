"""Brings the catalogues (.po) up to date with the templates, and names what is not translated."""

import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from infra.assets.places import ROOT

LANGUAGE = "zh_CN"  # the templates themselves are English
METHODS = [("**.html", "jinja2.ext:babel_extract")]
OPTIONS = {"**.html": {"extensions": "jinja2.ext.i18n,jinja2.ext.do", "silent": "false"}}


def renew_wording() -> None:
    """Adds new texts untranslated and drops those no template uses any more."""
    for package in packages_with_pages(ROOT):
        path = catalogue_of(package)
        catalogue = read_catalogue(path)
        catalogue.update(extracted(package), no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalogue, width=100, no_location=True, omit_header=True)
        sys.stdout.write(f"{path.relative_to(ROOT)}: {len(untranslated(catalogue))} to translate\n")


def packages_with_pages(root: Path) -> list[Path]:
    return sorted(folder.parent for folder in root.glob("*/*/templates") if folder.is_dir())


def catalogue_of(package: Path) -> Path:
    return package / "locale" / LANGUAGE / "LC_MESSAGES" / "messages.po"


def extracted(package: Path) -> Catalog:
    """Every text of the package's templates."""
    catalogue = _empty()
    found = extract_from_dir(package / "templates", METHODS, OPTIONS)
    for _, _, message, _, _ in found:
        catalogue.add(message)
    return catalogue


def read_catalogue(path: Path) -> Catalog:
    if not path.exists():
        return _empty()
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE)


def untranslated(catalogue: Catalog) -> list[str]:
    return [str(message.id) for message in _messages(catalogue) if not _complete(message.string)]


def _messages(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def _complete(said: object) -> bool:
    return all(said) if isinstance(said, tuple) else bool(said)


def _empty() -> Catalog:
    return Catalog(locale=LANGUAGE, project="Concord", charset="utf-8")
