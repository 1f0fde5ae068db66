"""Recomputes one service's chain and tree from the stored bytes and compares every signed head."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from events.sourcing.ledger.chain import Chain
from events.sourcing.ledger.evidence import Evidence
from events.sourcing.ledger.explain import explain
from events.sourcing.ledger.findings import Finding
from events.sourcing.ledger.gone import name_deleted
from events.sourcing.ledger.keys import Believed
from events.sourcing.ledger.row import row_bytes
from events.sourcing.ledger.store import Driver, last_position, rows_after
from events.sourcing.ledger.tree import Edge
from events.sourcing.ledger.witness import Witness

PAGE = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of one service's record; it is whole when nothing was found."""

    service: str
    rows: int
    heads: int
    vouched: int
    findings: tuple[Finding, ...]


async def verify(
    driver: Driver,
    *,
    service: str,
    believed: Believed,
    folder: Path | None,
    report: Callable[[int, int], None],
) -> Verdict:
    """Read the whole journal once, a page at a time; `report` hears position and goal."""
    evidence = Evidence(driver, service=service, believed=believed, folder=folder)
    await evidence.open()
    goal = await last_position(driver)
    chain, edge = Chain(), Edge()
    witness = Witness(chain, edge)
    while chain.position < goal and (rows := await rows_after(driver, chain.position, limit=PAGE)):
        witness.expect(await evidence.up_to(rows[-1].position))
        for row in rows:
            leaf = row_bytes(row)
            chain.follow(row, leaf)
            edge.add(leaf)
            witness.look(row)
        report(chain.position, goal)
    witness.expect(await evidence.rest())
    witness.close(chain.position)
    changed = await name_deleted(driver, explain(chain))
    return Verdict(
        service=service,
        rows=edge.size,
        heads=witness.heads,
        vouched=witness.vouched,
        findings=(*changed, *witness.findings, *evidence.findings),
    )
