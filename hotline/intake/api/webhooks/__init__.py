"""Signed webhooks that notify partners of changed statuses of their reports, in addition to polling (ADR 0010)."""
