"""Game kinds: one module a kind, listed in `registry`. Plain data, without database access."""
