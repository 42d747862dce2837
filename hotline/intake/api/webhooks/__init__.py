"""Signed webhooks that tell partners of changed statuses of their reports, beside polling (ADR 0080)."""
