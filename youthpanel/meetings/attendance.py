"""Attendance of meetings."""

from collections.abc import Mapping
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from clicksafely.common.audit import audit_log
from clicksafely.common.exceptions import ActionRefused, EditConflict, FieldFault
from clicksafely.common.page_cache import content_version
from clicksafely.common.revisions import revision_digest
from clicksafely.common.serbian.alphabet import PageOrder
from youthpanel.meetings.selectors import attendance_of, invited_members
from youthpanel.meetings.services import check_not_cancelled, lock_meeting
from youthpanel.models import Attendance, Meeting, Member

AttendanceByMember = Mapping[int, bool | None]


def attendance_revision(attended: AttendanceByMember) -> str:
    """Return a digest of the recorded attendance. Members without a record may be missing."""
    return revision_digest(
        [f"{pk} {is_present}" for pk, is_present in sorted(attended.items()) if is_present is not None]
    )


def record_attendance(
    *, meeting: Meeting, attended: AttendanceByMember, opened: str, actor: AbstractBaseUser, now: datetime
) -> None:
    """Record whether members (by primary key) came; None means not recorded. Other members stay unchanged.

    `opened` is the `attendance_revision` that the form was built from. Raises EditConflict. Raises ActionRefused for
    members who are not invited or were not members on the day. Raises ActionRefused before the day and for a cancelled
    meeting. Nothing is written in these cases.
    """
    with transaction.atomic():
        meeting = lock_meeting(meeting)
        check_recordable(meeting, now)
        stored = attendance_of(meeting)
        if attendance_revision(stored) != opened:
            raise EditConflict
        invited_ids = set(invited_members(meeting).order_by().values_list("pk", flat=True))
        _refuse_strangers(meeting, set(attended) - invited_ids)
        rows = [Attendance(meeting=meeting, member_id=pk, attended=is_present) for pk, is_present in attended.items()]
        Attendance.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["meeting", "member"], update_fields=["attended"]
        )
        content_version.bump()
        data = {
            "attended": sum(is_present is True for is_present in attended.values()),
            "missed": sum(is_present is False for is_present in attended.values()),
        }
        audit_log.record(action="meeting.attendance_recorded", subject=meeting, actor=actor, now=now, data=data)


def check_recordable(meeting: Meeting, now: datetime) -> None:
    """Raises ActionRefused before the day of the meeting, and if it was cancelled."""
    check_not_cancelled(meeting)
    if localdate(meeting.starts_at) > localdate(now):
        raise ActionRefused(
            _("This meeting has not taken place yet. You can record attendance from the day of the meeting.")
        )


def _refuse_strangers(meeting: Meeting, strangers: set[int]) -> None:
    if not strangers:
        return
    members = Member.objects.filter(pk__in=strangers).order_by(PageOrder("pseudonym"))
    outside = [str(member) for member in members.exclude(cohort__in=meeting.cohorts.all())[:5]]
    early = [str(member) for member in members.filter(cohort__in=meeting.cohorts.all())[:5]]
    reasons = []
    if outside:
        reasons.append(
            _("Not in an invited cohort: %(members)s. Invite their cohort first, or leave them out.")
            % {"members": ", ".join(outside)}
        )
    if early:
        reasons.append(_("Not members on the day of the meeting: %(members)s.") % {"members": ", ".join(early)})
    if not reasons:
        reasons.append(_("A person on this list is not a member of the panel. Open the list again."))
    raise ActionRefused([FieldFault("", text) for text in reasons])
