"""Numbers of records that staff, hosts and the police refer to."""

from datetime import datetime

from django.utils.timezone import localdate


def format_reference(prefix: str, at: datetime, pk: int | None) -> str:
    """Return a number such as `NP-2026-000042`: the year of `at` in the portal's time zone, and the key, 0 before the record is saved."""
    return f"{prefix}-{localdate(at).year}-{pk or 0:06d}"
