"""How what happened is recorded and carried; knows no service."""
