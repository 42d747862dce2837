"""Monitoring: metrics for Prometheus, health endpoints, and the `doctor` command."""
