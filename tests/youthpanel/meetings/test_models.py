"""Constraints and triggers of meetings."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tests.factories.youthpanel import NOW, make_cohort, make_meeting, make_member
from youthpanel.models import Attendance, Cohort, Meeting, MeetingFile

pytestmark = pytest.mark.django_db


def invite(meeting: Meeting, cohort: Cohort) -> None:
    """Invite this member only, in a separate transaction."""
    with transaction.atomic():
        meeting.cohorts.set([cohort])
        connection.check_constraints()


def test_member_of_an_uninvited_cohort_cannot_attend() -> None:
    invited, other = make_cohort(), make_cohort()
    meeting, member, stranger = make_meeting(invited), make_member(invited), make_member(other)
    attendance = Attendance.objects.create(meeting=meeting, member=member)
    with pytest.raises(IntegrityError, match="not invited"), transaction.atomic():
        Attendance.objects.create(meeting=meeting, member=stranger, attended=True)
    with pytest.raises(IntegrityError, match="not invited"), transaction.atomic():
        Attendance.objects.filter(pk=attendance.pk).update(member=stranger)


def test_a_cohort_with_attendance_is_not_uninvited() -> None:
    first, second = make_cohort(), make_cohort()
    meeting = make_meeting(first, second)
    Attendance.objects.create(meeting=meeting, member=make_member(first), attended=True)
    with pytest.raises(IntegrityError, match="attendance of this cohort"):
        invite(meeting, second)
    invite(meeting, first)
    assert list(meeting.cohorts.all()) == [first]


def test_a_meeting_is_deleted_with_its_attendance() -> None:
    cohort = make_cohort()
    meeting = make_meeting(cohort)
    Attendance.objects.create(meeting=meeting, member=make_member(cohort))
    meeting.delete()
    connection.check_constraints()
    assert not Attendance.objects.exists()


def test_only_photographs_show_no_person() -> None:
    meeting = make_meeting()
    columns = {"meeting": meeting, "name": "x", "description": "x", "size": 1, "sha256": "0" * 64, "added_at": NOW}
    MeetingFile.objects.create(kind="photograph", shows_no_person=True, **columns)
    with pytest.raises(IntegrityError, match="only_photographs_show_no_person"), transaction.atomic():
        MeetingFile.objects.create(kind="document", shows_no_person=True, **columns)


def test_a_meeting_ends_after_it_began() -> None:
    meeting = make_meeting()
    with pytest.raises(IntegrityError, match="meeting_ends_after_start"), transaction.atomic():
        Meeting.objects.filter(pk=meeting.pk).update(ends_at=meeting.starts_at - timedelta(hours=1))
