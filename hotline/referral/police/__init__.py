"""Packages for the police: made, encrypted to their recipient, handed over, kept for a while, erased."""
