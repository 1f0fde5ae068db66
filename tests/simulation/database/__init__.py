"""PostgreSQL as far as the services use it, on SQLite in memory."""
