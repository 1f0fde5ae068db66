"""What hangs together: names that are tied to each other, directly or by way of others."""

from collections.abc import Hashable, Iterable, Sequence
from typing import TypeVar

_Name = TypeVar("_Name", bound=Hashable)


def leaders_of(names: Iterable[_Name], ties: Iterable[Sequence[_Name]]) -> dict[_Name, _Name]:
    """For each name one of those it hangs together with, the same for all of them."""
    leader = {name: name for name in names}

    def led(name: _Name) -> _Name:
        while leader[name] != name:
            leader[name] = name = leader[leader[name]]
        return name

    for tie in ties:
        for other in tie[1:]:
            leader[led(other)] = led(tie[0])
    return {name: led(name) for name in leader}
