"""Received reports for the tests of triage."""

import secrets
from datetime import UTC, datetime

from hotline.categories import OTHER
from hotline.models import Channel, Report
from hotline.triage.url_normalisation import extract_locations

RECEIVED = datetime(2026, 3, 2, 10, tzinfo=UTC)
# Half an hour later, when triage runs: what it writes must not tell so exactly.
NOW = datetime(2026, 3, 2, 10, 31, 12, 345, tzinfo=UTC)


def make_report(addresses: str = "https://forum.example.org/a", **columns: object) -> Report:
    """A report as intake leaves it; `addresses` are text in which addresses are found."""
    defaults = {
        "channel": Channel.WEB,
        "category": OTHER.code,
        "language": "sr",
        "received_at": RECEIVED,
        "receipt_digest": secrets.token_bytes(32),
        "reporter_salt": secrets.token_bytes(16),
        "reporter_public_key": b"",
        "state_digest": secrets.token_bytes(32),
        "locations": [location.as_dict() for location in extract_locations(addresses).locations],
    }
    return Report.objects.create(**(defaults | columns))
