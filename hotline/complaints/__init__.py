"""Complaints about the hotline: the public form, the answers, the desk."""
