"""What every app stands on: scripts, sealing, audit, roles, forms without cookies, the page cache."""
