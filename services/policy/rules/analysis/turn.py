"""One question at a time: what z3 makes belongs to one thread while it is made."""

from threading import RLock

SOLVING = RLock()
"""Held over a whole question, from its first formula to the last value read."""
