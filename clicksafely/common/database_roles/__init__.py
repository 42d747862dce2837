"""PostgreSQL roles of the parts: `grants.txt` is the table of their privileges, `services` applies it."""
