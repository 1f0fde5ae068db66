"""Real faults against real servers: `make prove`, and a small sample of it in `make test`."""
