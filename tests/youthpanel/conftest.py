"""Fixtures of all tests of the youth panel: people of staff, the time, and a mail server."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.test import override_settings
from django.utils import timezone

from clicksafely.accounts.models import User
from clicksafely.devserver.mock_services.smtp import SmtpSink
from tests.clients.staff import Person, make_staff, signed_in


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def user() -> User:
    """An account without a role."""
    return User.objects.create_user("user")


@pytest.fixture
def coordinator() -> User:
    return make_staff("coordinator", "coordinator")


@pytest.fixture
def lead() -> User:
    return make_staff("lead", "safeguarding")


@pytest.fixture
def person() -> Person:
    """A signed-in coordinator."""
    return signed_in("person", "coordinator")


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
