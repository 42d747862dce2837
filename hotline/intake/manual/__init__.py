"""Reports received by telephone, letter or in person, entered by staff."""
