"""One figure of a measurement, as it is printed."""

import json
import sys
from dataclasses import asdict, dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """`aim` is a bound on the ratio where there is a peer, on the value where there is none."""

    figure: str
    value: float
    unit: str
    peer: str | None = None
    peer_value: float | None = None
    aim: float | None = None
    better: Literal["more", "less"] = "more"

    @property
    def ratio(self) -> float | None:
        return None if self.peer_value is None else round(self.value / self.peer_value, 2)

    @property
    def met(self) -> bool:
        """By the exact figures: what is only met once it is rounded is not met."""
        if self.aim is None:
            return True
        reached = self.value if self.peer_value is None else self.value / self.peer_value
        return reached >= self.aim if self.better == "more" else reached <= self.aim

    def line(self) -> str:
        told = asdict(self)
        del told["better"]
        told["value"] = round(self.value, 1)
        told["peer_value"] = None if self.peer_value is None else round(self.peer_value, 1)
        return json.dumps({**told, "ratio": self.ratio, "met": self.met})


def say(progress: str) -> None:
    """Progress goes to standard error, figures alone to standard output."""
    print(progress, file=sys.stderr, flush=True)
