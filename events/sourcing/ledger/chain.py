"""Follows the chain row by row and keeps the rows that do not fit."""

from dataclasses import dataclass

from events.sourcing.ledger.row import Row, link_after

MOST_BREAKS = 300
"""Rows kept to be explained; of the others only the range is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A row that does not fit behind the row before it, which has `before` as its link."""

    row: Row
    before: bytes
    after_position: int


class Chain:
    """What was seen of one journal, in bounded memory."""

    def __init__(self) -> None:
        self.breaks: list[Break] = []
        self.further: tuple[int, int] | None = None
        self.last_break = 0
        self.position = 0
        self._links: tuple[bytes, ...] = (b"",)

    def follow(self, row: Row, leaf: bytes) -> None:
        """Take the next row; either its own link or the right one may stand for the row before."""
        fitting = [link_after(before, leaf) for before in self._links]
        if row.link in fitting:
            self._links = (row.link,)
        else:
            self._keep(Break(row=row, before=self._links[0], after_position=self.position))
            self._links = (row.link, fitting[0])
        self.position = row.position

    def _keep(self, one: Break) -> None:
        self.last_break = one.row.position
        if len(self.breaks) < MOST_BREAKS:
            self.breaks.append(one)
        else:
            first, _ = self.further or (one.row.position, 0)
            self.further = (first, one.row.position)
