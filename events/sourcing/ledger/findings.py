"""What can be wrong with a record, each in words that name the place."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from events.sourcing.ledger.head import Head, moment_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """A row no longer gives its link."""

    position: int
    stream: str
    version: int

    def __str__(self) -> str:
        """The sentence for the auditor."""
        return (
            f"position {self.position} was edited: {self.stream}@{self.version}"
            " no longer gives the link stored with it"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Swapped:
    """Two rows stand, wholly or in part, in each other's place."""

    positions: tuple[int, int]
    what: str

    def __str__(self) -> str:
        """The sentence for the auditor."""
        first, second = self.positions
        return f"positions {first} and {second}: their {self.what} were swapped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """Rows are missing between two that are there."""

    first: int
    last: int
    of: str = ""

    def __str__(self) -> str:
        """The sentence for the auditor."""
        one = self.first == self.last
        where = f"position {self.first}" if one else f"positions {self.first} to {self.last}"
        return f"{where} {'was' if one else 'were'} deleted{self.of}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Disordered:
    """So many rows do not fit that only their range is told."""

    first: int
    last: int

    def __str__(self) -> str:
        """The sentence for the auditor."""
        return f"positions {self.first} to {self.last}: further rows there do not fit the chain"


@dataclass(frozen=True, slots=True, kw_only=True)
class CutOff:
    """A head vouches for rows behind the end of the journal."""

    last: int
    head: Head

    def __str__(self) -> str:
        """The sentence for the auditor."""
        return (
            f"the tail was cut off after position {self.last}: the head signed at"
            f" {moment_text(self.head.made_at)} vouches for {self.head.size} rows up to position"
            f" {self.head.position}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewritten:
    """The chain fits, but a signed head remembers something else."""

    first: int
    last: int
    disagreeing: int
    signed_at: datetime

    def __str__(self) -> str:
        """The sentence for the auditor."""
        return (
            f"history was rewritten between positions {self.first} and {self.last}: the chain fits,"
            f" but the head signed at {moment_text(self.signed_at)} says otherwise"
            f" ({self.disagreeing} signed heads disagree)"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BadHead:
    """A head that cannot be believed, or is missing where it must be."""

    where: str
    why: str

    def __str__(self) -> str:
        """The sentence for the auditor."""
        return f"{self.where}: {self.why}"


Finding: TypeAlias = Edited | Swapped | Deleted | Disordered | CutOff | Rewritten | BadHead
