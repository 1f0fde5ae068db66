"""The five aims as one number: whatever counts first outweighs all that counts after it."""

from dataclasses import dataclass

from services.policy.rules.puzzle import Puzzle


@dataclass(frozen=True, slots=True)
class Weights:
    """`base` is an item's own weight, `applying` that of applying for its policy, which costs.

    `hope` is the most an item can add: one that shares its policy may find it applied for.
    """

    fen: int
    base: tuple[int, ...]
    applying: tuple[int, ...]
    hope: tuple[int, ...]


def weigh(puzzle: Puzzle) -> Weights:
    """Sets compare by their weights as they compare by their ranks."""
    count = len(puzzle.keys)
    letter = 1 << count
    due = [letter * (count + 1) ** n for n in range(puzzle.last_deadline, -1, -1)]
    application = letter * (count + 1) ** (puzzle.last_deadline + 1)
    thing = application * (count + 1)
    fen = thing * (count + 1)
    base = tuple(
        worth * fen + (0 if worth else thing) + place
        for worth, place in zip(puzzle.worths, puzzle.places, strict=True)
    )
    applying = tuple(due[deadline] - application for deadline in puzzle.deadlines)
    alone = [puzzle.policies.count(policy) == 1 for policy in puzzle.policies]
    hope = tuple(
        own + cost if single else own
        for own, cost, single in zip(base, applying, alone, strict=True)
    )
    return Weights(fen, base, applying, hope)
