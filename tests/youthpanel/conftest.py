"""Fixtures of all tests of the youth panel."""

from collections.abc import Iterator

import pytest
from django.test import override_settings

from clicksafely.devserver.mock_services.smtp import SmtpSink


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    """A mail server for e-mail to coordinators and leads."""
    with (
        SmtpSink() as sink,
        override_settings(
            MAIL_SMTP_URL=sink.url, EVENTS_MAIL_ADDRESS="panel@example.org", SITE_URL="https://portal.example.org"
        ),
    ):
        yield sink
