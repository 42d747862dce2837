"""Backup and restore of database and media as one file, without keys or secrets."""
