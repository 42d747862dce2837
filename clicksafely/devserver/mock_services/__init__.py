"""Mock servers of external services on the loopback (`make stand-ins`)."""
