"""Events of a demonstration: seasons since 2013 with what came of them, and what is to come."""
