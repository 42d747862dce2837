"""Template tags of social images."""
