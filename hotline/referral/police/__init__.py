"""Police packages: built, encrypted for their recipient, delivered and erased."""
