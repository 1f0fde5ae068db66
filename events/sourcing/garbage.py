"""How often a process of ours is searched for what only refers to itself."""

import gc

NOW_AND_THEN = (10_000, 1, 500)
"""Objects made between two searches; every third search looks through what the two before it left
as well, and every fifteen-hundredth through everything. So each but those takes some hundredths of
a second at most. By Python's own numbers all that policy remembers was searched once in a thousand
judgements or so, for up to a third of a second."""


def search_now_and_then() -> None:
    """From here on; what was made so far stays, and is searched no more."""
    # To search all of that again and again would take a tenth of the time.
    gc.freeze()
    gc.set_threshold(*NOW_AND_THEN)
