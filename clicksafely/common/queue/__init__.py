"""Heartbeats of workers, and tasks that failed for good."""
