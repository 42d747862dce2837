"""Mock servers of external services, all on loopback: for tests, and for trying out the portal."""
