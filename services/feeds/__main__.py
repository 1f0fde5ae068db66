"""Starts the feeds service."""

from events.edge.main import main
from services.feeds.app import build

if __name__ == "__main__":
    main("feeds", build)
