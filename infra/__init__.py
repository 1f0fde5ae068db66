"""What carries the services: the local platform, the checks, and the files of the production-like stack."""
