"""Date formats that differ from Django's; Django provides the others."""
