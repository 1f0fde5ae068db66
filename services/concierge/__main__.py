"""Starts the concierge: `python -m services.concierge`."""

from events.edge.main import main
from services.concierge.app import build

if __name__ == "__main__":
    main("concierge", build)
