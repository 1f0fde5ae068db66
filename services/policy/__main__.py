"""Starts the policy service."""

from events.edge.main import main
from services.policy.app import build

if __name__ == "__main__":
    main("policy", build)
