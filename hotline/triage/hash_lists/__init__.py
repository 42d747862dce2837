"""Hash lists: digests of files, import of lists, matching."""
