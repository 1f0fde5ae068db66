"""Starts the registry: `python -m services.registry`."""

from events.edge.main import main
from services.registry.app import build

if __name__ == "__main__":
    main("registry", build)
