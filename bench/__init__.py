"""Measures the portal against floors taken in the same run: `make bench`, or `make bench ONLY=P1,P4` (see docs/performance.md)."""
