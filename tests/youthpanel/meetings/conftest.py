"""A coordinator, the safeguarding lead, yesterday's meeting with invited members, and a folder for files."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import override_settings
from django.utils import timezone
from django.utils.timezone import localdate

from clicksafely.accounts.models import User
from tests.factories.youthpanel import make_cohort, make_meeting, make_member, make_school
from youthpanel.models import Cohort, Meeting, Member


@pytest.fixture(autouse=True)
def media(tmp_path: Path) -> Iterator[Path]:
    """The folder of meeting files, which does not exist yet."""
    folder = tmp_path / "media"
    with override_settings(MEDIA_ROOT=folder, PANEL_ERASURE_LOG=tmp_path / "erasures.txt", EVENTS_MAIL_ADDRESS=""):
        yield folder / "panel" / "meetings"


@pytest.fixture
def cohort() -> Cohort:
    return make_cohort(begins_on=localdate() - timedelta(days=300))


@pytest.fixture
def meeting(cohort: Cohort, coordinator: User, lead: User) -> Meeting:
    """A meeting of yesterday."""
    meeting = make_meeting(cohort, starts_at=timezone.now() - timedelta(days=1))
    meeting.facilitators.set([coordinator, lead])
    return meeting


@pytest.fixture
def members(cohort: Cohort) -> list[Member]:
    """Three members."""
    school = make_school()
    return [make_member(cohort, school=school, pseudonym=f"Јеж {number}") for number in range(3)]
