"""Starts the feeds service."""

from events.edge.start import start

if __name__ == "__main__":
    start("feeds", "services.feeds.app")
