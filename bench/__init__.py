"""Benchmarks of the portal against baselines of the same run: `make bench`, `make bench ONLY=P1,P4` (docs/performance.md)."""
