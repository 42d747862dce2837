"""Template tags of published content."""
