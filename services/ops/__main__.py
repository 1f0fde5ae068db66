"""Starts the ops service."""

from events.edge.main import main
from services.ops.app import build

if __name__ == "__main__":
    main("ops", build)
