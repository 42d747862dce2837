"""Decoders of untrusted files in separate processes without environment, keys, files or network."""
