"""Says of deleted rows what the rows that are left still tell: stream, version, command."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from events.sourcing.ledger.findings import Deleted, Finding
from events.sourcing.ledger.store import Driver

MOST = 100

_HOLES = """
SELECT stream, before_version, before_position, version, position FROM (
    SELECT
        stream, version, position,
        lag(version, 1, 0) OVER along AS before_version,
        lag(position, 1, 0::bigint) OVER along AS before_position
    FROM public.journal WINDOW along AS (PARTITION BY stream ORDER BY version)
) AS seen
WHERE version > before_version + 1
LIMIT 1000
"""
_COMMANDS = """
SELECT DISTINCT target FROM public.command_log
WHERE first_position <= $2 AND last_position >= $1
LIMIT 4
"""


async def name_deleted(driver: Driver, findings: Sequence[Finding]) -> list[Finding]:
    """The findings, those about deleted rows with what is known of them."""
    if not any(isinstance(finding, Deleted) for finding in findings):
        return list(findings)
    holes = await driver.fetch(_HOLES)
    named = [await _named(driver, holes, finding) for finding in findings[:MOST]]
    return [*named, *findings[MOST:]]


async def _named(driver: Driver, holes: Sequence[Any], finding: Finding) -> Finding:
    if not isinstance(finding, Deleted):
        return finding
    commands = await driver.fetch(_COMMANDS, finding.first, finding.last)
    by = "".join(f", recorded by {target}" for (target,) in commands)
    return replace(finding, of=f" ({_streams(holes, finding)}{by})")


def _streams(holes: Sequence[Any], deleted: Deleted) -> str:
    lacking = [
        f"{hole['stream']} lacks {_versions(hole)}"
        for hole in holes
        if hole["before_position"] < deleted.last and hole["position"] > deleted.first
    ]
    return ", ".join(lacking[:4]) or "a whole stream or the end of one: none that is left has a gap"


def _versions(hole: Any) -> str:
    first, last = hole["before_version"] + 1, hole["version"] - 1
    return f"version {first}" if first == last else f"versions {first} to {last}"
