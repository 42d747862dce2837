"""`make faults`: behaviour of the portal under load while a dependency fails."""
