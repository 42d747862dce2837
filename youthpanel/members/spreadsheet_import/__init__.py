"""Schools and members from a spreadsheet: first what it would do, then all of it or nothing."""
