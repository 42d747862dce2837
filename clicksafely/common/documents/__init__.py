"""Untrusted documents: detection, validation and text extraction in a process with limited memory and time."""
