"""Says how far a build is, how fast it goes and how long it still takes."""

from collections.abc import Callable
from time import monotonic

from events.sourcing.pages import Marks

REPORT_SECONDS = 1.0

Report = Callable[[str], None]


def distance(starts: Marks, ends: Marks) -> int:
    """How many places lie between these marks."""
    return sum(max(0, end - starts.get(mark, 0)) for mark, end in ends.items())


class Pace:
    """One line a second at most."""

    def __init__(
        self, name: str, report: Report, *, elapsed: Callable[[], float] = monotonic
    ) -> None:
        self._name = name
        self._report = report
        self._elapsed = elapsed
        self._began = self._told = elapsed()
        self.goal: Marks = {}

    def tell(self, stands: Marks) -> None:
        """It stands here now."""
        now = self._elapsed()
        if now - self._told < REPORT_SECONDS:
            return
        self._told = now
        done, left = distance({}, stands), distance(stands, self.goal)
        rate = done / (now - self._began)
        time_left = duration(left / rate) if rate else "some time"
        self._report(
            f"{self._name}: {done} of {done + left} events, {rate:.0f} events/s, {time_left} left"
        )


def duration(seconds: float) -> str:
    """`42 s`, `3 min 20 s` or `2 h 5 min`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
