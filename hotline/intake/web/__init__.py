"""The public report form and the reporter's status page."""
