"""Everybody at once before a running portal: readers, reporters, a class and analysts, and a journal of what each was answered."""
