"""Suspected abuse material: pictures are locked, delivered to the police, and erased after the recorded delivery."""
