"""Monitoring: whether content that was handed over is still there, and how long what was reported is kept."""
