"""Starts the registry: `python -m services.registry`."""

from events.edge.start import start

if __name__ == "__main__":
    start("registry", "services.registry.app")
