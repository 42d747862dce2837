"""Management commands of the figures."""
