"""What a newcomer reads when the local platform cannot go on: what is wrong, and what to do."""


class Problem(Exception):
    """Something the reader can mend; `remedy` says how, in one or two sentences."""

    def __init__(self, what: str, *, remedy: str, details: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy
        self.details = details

    def __str__(self) -> str:
        shown = [self.details.rstrip(), f"Problem: {self.what}", f"Remedy:  {self.remedy}"]
        return "\n".join(part for part in shown if part)
