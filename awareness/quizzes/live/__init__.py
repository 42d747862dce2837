"""A class that plays a quiz together: a teacher with a link, a board for all, pupils with a code; nobody has a name."""
