"""Availability checks in the demonstration."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from django.utils.translation import override

from hotline.availability.selectors import hours_to_removal
from hotline.intake.selectors import reporter_events
from hotline.models import AvailabilityCheck
from tests.hotline.review.conftest import make_user


def test_one_was_removed_after_31_hours_and_one_is_watched(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    for username, role in (("analyst1", "analyst"), ("analyst2", "analyst"), ("supervisor", "supervisor")):
        make_user(username, role)
    call_command("load_demo", "hotline")
    gone = AvailabilityCheck.objects.get(item__canonical__endswith="/a/310")
    there = AvailabilityCheck.objects.get(item__canonical__endswith="/tema/52")
    assert (hours_to_removal(gone.item), gone.item.state, gone.item.outcome) == (31, "ended", "removed")
    assert list(gone.runs.order_by("first_at").values_list("result", flat=True)) == ["available", "gone"]
    assert (there.result, there.item.state, there.ended_at) == ("available", "actioned", None)
    assert there.checked_at is not None
    assert there.next_check_at is not None
    assert timezone.now() - there.checked_at < timedelta(minutes=20)
    assert there.checks > 20
    with override("en"):
        titles = [str(event.phrase.title) for event in reporter_events(gone.item.reports.get(), timezone.now())]
    assert titles[:2] == ["Removed after 31 h", "Sent to a partner hotline"]
