"""Load on a running portal: readers, reporters, a class and analysts, and a journal of all responses."""
