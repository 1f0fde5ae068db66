"""Starts the concierge: `python -m services.concierge`."""

from events.edge.start import start

if __name__ == "__main__":
    start("concierge", "services.concierge.app")
