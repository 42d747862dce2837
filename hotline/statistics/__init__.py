"""Statistics: the figures of the hotline, from one set of selectors."""
