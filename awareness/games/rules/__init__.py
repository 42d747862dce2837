"""Rules of the games as pure functions, without database, request or clock."""
