"""Benchmarks of the portal against floors of the same run: `make bench`, `make bench ONLY=P1,P4` (docs/performance.md)."""
