"""Reports that arrive through the public form, and the reporter's status page."""
