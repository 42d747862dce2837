"""Review: the analyst desk."""
