"""Dump of everything that a renaming must not change, and comparison of two dumps under a rename map."""
