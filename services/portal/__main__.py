"""`python -m services.portal`."""

from events.edge.start import start

if __name__ == "__main__":
    start("portal", "services.portal.app")
