"""How members get to their own pages: codes on paper, and sessions that do not last."""
