"""Consultations: built and moderated by coordinators, answered by members; anonymous answers that lead back to nobody."""
