"""Heartbeats of workers, and permanently failed tasks."""
