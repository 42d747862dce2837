"""Signposts today, topics and audiences next: what every app of the public site may import."""
