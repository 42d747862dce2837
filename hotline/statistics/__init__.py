"""Statistics of the hotline."""
