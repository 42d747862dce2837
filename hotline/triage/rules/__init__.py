"""Triage rules: supervisors' knowledge of hosts, domains and URL patterns, stored as data."""
