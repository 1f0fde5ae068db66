"""Holds the signed heads against the record as it passes by."""

from collections import deque
from collections.abc import Sequence

from events.sourcing.ledger.chain import Chain
from events.sourcing.ledger.findings import BadHead, CutOff, Finding, Rewritten
from events.sourcing.ledger.head import Head
from events.sourcing.ledger.row import Row
from events.sourcing.ledger.tree import Edge


class Witness:
    """What the heads say about the rows. Give it each head before the row it vouches for.

    `vouched` is the last position that a head confirms.
    A head's link vouches for everything before it wherever the chain fits; so a head behind an
    edited row still finds a later rewriting.
    """

    def __init__(self, chain: Chain, edge: Edge) -> None:
        self.findings: list[Finding] = []
        self.heads = 0
        self.vouched = 0
        self._chain = chain
        self._edge = edge
        self._waiting: deque[Head] = deque()
        self._denied: tuple[Head, int] | None = None

    def expect(self, heads: Sequence[Head]) -> None:
        """The next heads, in their order."""
        self.heads += len(heads)
        self._waiting.extend(heads)

    def look(self, row: Row) -> None:
        """A row was followed and taken into the tree."""
        while self._waiting and self._waiting[0].position <= row.position:
            self._judge(self._waiting.popleft(), row)

    def close(self, last: int) -> None:
        """The journal ends at this position."""
        if self._waiting:
            self.findings.append(CutOff(last=last, head=self._waiting[-1]))
        self._settle()

    def _judge(self, head: Head, row: Row) -> None:
        if (head.position, head.link) == (row.position, row.link):
            self._settle()
            self.vouched = row.position
            if (head.size, head.root) != (self._edge.size, self._edge.root):
                self._root_differs(head)
        elif self._chain.last_break <= self.vouched:
            first, count = self._denied or (head, 0)
            self._denied = (first, count + 1)

    def _root_differs(self, head: Head) -> None:
        if self._chain.last_break == 0:
            why = "its root is not the root over the rows it vouches for"
            self.findings.append(BadHead(where=f"signed head of {head.size} rows", why=why))

    def _settle(self) -> None:
        """One finding for the heads in a row that remember something else."""
        if self._denied is not None:
            head, count = self._denied
            self.findings.append(
                Rewritten(
                    first=self.vouched + 1,
                    last=head.position,
                    disagreeing=count,
                    signed_at=head.made_at,
                )
            )
        self._denied = None
