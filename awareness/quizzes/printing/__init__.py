"""A quiz to take along: on paper, and as one file that needs no network."""
