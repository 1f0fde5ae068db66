"""`python -m services.console`."""

from events.edge.main import main
from services.console.app import build

if __name__ == "__main__":
    main("console", build)
