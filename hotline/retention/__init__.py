"""Retention of reports: rules, legal holds and erasure."""
