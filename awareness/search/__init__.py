"""Search over all public content."""
