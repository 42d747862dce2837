"""Local PostgreSQL and Valkey, and the launcher of `make run`. Not imported in production."""
