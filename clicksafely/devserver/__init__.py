"""Local PostgreSQL and Valkey, and the launcher behind `make run`. Production imports nothing of it."""
