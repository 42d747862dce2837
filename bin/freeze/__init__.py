"""The dump of what a renaming must not change, and the comparison of two dumps under a rename map."""
