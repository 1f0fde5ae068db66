"""Starts the matching service."""

from events.edge.main import main
from services.matching.app import build

if __name__ == "__main__":
    main("matching", build)
