"""The roof of the public site: one search over everything public, and what machines are told about it."""
