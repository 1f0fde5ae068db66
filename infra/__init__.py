"""What carries the services: the local platform, the checks, and the production-like stack."""
