"""Safeguarding: notes about the safety of a child, as cases of the safeguarding lead and the deputy. See docs/adr/0086."""
