"""Starts the matching service."""

from events.edge.start import start

if __name__ == "__main__":
    start("matching", "services.matching.app")
