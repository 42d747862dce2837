"""Expired sessions are deleted with their data."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.utils import timezone

from clicksafely.common.tasks import clear_sessions


@pytest.mark.django_db
def test_only_those_that_have_ended() -> None:
    now = timezone.now()
    for key, minutes in (("ended", -1), ("lasting", 60)):
        Session.objects.create(session_key=key, session_data="x", expire_date=now + timedelta(minutes=minutes))
    for _twice in range(2):
        clear_sessions()
        assert [session.session_key for session in Session.objects.all()] == ["lasting"]


@pytest.mark.django_db
def test_names_of_failed_attempts_are_deleted_after_a_day() -> None:
    for name, hours in (("yesterday", 25), ("today", 23)):
        AccessAttempt.objects.create(username=name, failures_since_start=1)
        AccessAttempt.objects.filter(username=name).update(attempt_time=timezone.now() - timedelta(hours=hours))
    clear_sessions()
    assert [attempt.username for attempt in AccessAttempt.objects.all()] == ["today"]
