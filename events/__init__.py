"""What can happen, and how it is recorded and carried."""
