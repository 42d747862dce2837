"""Backups of the whole portal, and the way back: database and media in one file, without a key or secret."""
