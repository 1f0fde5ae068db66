"""Starts the ops service."""

from events.edge.start import start

if __name__ == "__main__":
    start("ops", "services.ops.app")
