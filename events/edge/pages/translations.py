"""Reads the catalogues (.po) of a service and of the shared pages, compiled in memory at start."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

# The templates are written in English, so English needs no catalogue.
SOURCE_LANGUAGE = "en"


def translations_for(language: str, *, folders: Sequence[Path]) -> NullTranslations:
    """A later folder's wording wins over an earlier one's; the first gives the plural rule."""
    if language == SOURCE_LANGUAGE:
        return NullTranslations()
    paths = [catalogue_path(folder, language) for folder in folders]
    first, *others = [_compiled(path, language) for path in paths if path.exists()]
    for other in others:
        first.merge(other)
    return first


def catalogue_path(folder: Path, language: str) -> Path:
    return folder / language.replace("-", "_") / "LC_MESSAGES" / "messages.po"


def _compiled(catalogue: Path, language: str) -> Translations:
    compiled = BytesIO()
    with catalogue.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language.replace("-", "_")))
    compiled.seek(0)
    return Translations(fp=compiled)
