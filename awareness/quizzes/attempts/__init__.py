"""Quiz attempts by one player: the state travels in a signed form field."""
