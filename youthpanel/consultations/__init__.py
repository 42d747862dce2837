"""Consultations: built and moderated by coordinators, answered by members, with optional anonymity."""
