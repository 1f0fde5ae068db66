"""Notices which lines of some modules a test runs: only such a test can notice a change there."""

import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType
from typing import Any, TypeAlias

Line: TypeAlias = tuple[str, int]
"""A module and the number of a line in it."""

Tracer: TypeAlias = Callable[[FrameType, str, Any], Any]
"""What Python asks about each line, and answers with whom it shall ask next."""


class Watch:
    """While it is entered, what is run is added to `reached`."""

    def __init__(self, root: Path, modules: set[str], reached: set[Line]) -> None:
        self._modules: Mapping[str, str] = {str(root / module): module for module in modules}
        self._reached = reached

    def __enter__(self) -> None:
        threading.settrace(self._enter)
        sys.settrace(self._enter)

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)
        threading.settrace(None)

    def _enter(self, frame: FrameType, event: str, seen: object) -> Tracer | None:
        if frame.f_code.co_filename not in self._modules:
            return None
        return self._see(frame, event, seen)

    def _see(self, frame: FrameType, _: str, __: object) -> Tracer:
        self._reached.add((self._modules[frame.f_code.co_filename], frame.f_lineno))
        return self._see
