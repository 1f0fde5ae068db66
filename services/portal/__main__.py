"""`python -m services.portal`."""

from events.edge.main import main
from services.portal.app import build

if __name__ == "__main__":
    main("portal", build)
