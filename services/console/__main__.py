"""`python -m services.console`."""

from events.edge.start import start

if __name__ == "__main__":
    start("console", "services.console.app")
