"""The folder's policies as one view: as if every body had published them before anybody asked."""

from collections.abc import Sequence
from typing import Any

from services.policy.offline.asked import Asked
from services.policy.offline.folder import read_folder, row_of
from services.policy.offline.rulings import read_ruling_folder
from services.policy.policies.views import Consolidated
from services.policy.rules import SourceRow, View, Vocabulary, build_view
from services.policy.rules.confirmed import confirmed_only
from services.policy.rules.outcome import engine_version


def view_of(asked: Asked, vocabulary: Vocabulary) -> Consolidated:
    """Raises `Unusable` where one of the files is refused."""
    return consolidated(rows_of(asked, vocabulary), asked, vocabulary)


def consolidated(rows: Sequence[SourceRow], asked: Asked, vocabulary: Vocabulary) -> Consolidated:
    return Consolidated(view=view_on(rows, asked, vocabulary), position=0, unreadable=())


def basis_of(seen: Consolidated, asked: Asked, vocabulary: Vocabulary) -> dict[str, Any]:
    """What an answer rests on, whoever it is about: another of these may give another answer."""
    return {
        "valid_at": seen.view.valid_at.isoformat(),
        "known_at": seen.view.known_at.isoformat(),
        "view_version": seen.view.version,
        "engine_version": engine_version(vocabulary),
        "horizon": asked.horizon,
        "confirmed_only": asked.confirmed_only,
    }


def rows_of(asked: Asked, vocabulary: Vocabulary) -> list[SourceRow]:
    folder = read_folder(asked.policies, vocabulary, apart=asked.rulings)
    folder.must_be_whole()
    ruled = read_ruling_folder(asked.rulings, folder.files, vocabulary).rows()
    return [*map(row_of, folder.files), *ruled]


def view_on(rows: Sequence[SourceRow], asked: Asked, vocabulary: Vocabulary) -> View:
    whole = build_view(rows, asked.valid_at, asked.known_at, superiors=vocabulary.superiors())
    return confirmed_only(whole) if asked.confirmed_only else whole
