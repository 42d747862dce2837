"""Hashes of files: what is computed, the lists they are held against, the match."""
