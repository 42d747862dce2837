"""Services of meetings: planning, changes, cancellation and minutes."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from clicksafely.common.audit import audit_log
from clicksafely.common.crypto.sealing import SealError
from clicksafely.common.exceptions import ActionRefused, EditConflict, FieldFault
from clicksafely.common.page_cache import content_version
from youthpanel.meetings import selectors
from youthpanel.meetings.form_data import MeetingData, MinutesData, meeting_data_of, meeting_faults, minutes_data_of
from youthpanel.members.name_detection import find_real_names_audited
from youthpanel.models import Attendance, Cohort, Decision, Meeting


def real_name_faults(
    texts: Sequence[tuple[str, str]], *, subject: Meeting | None, actor: AbstractBaseUser, now: datetime
) -> list[FieldFault]:
    """A fault for each (field, text) that seems to contain a real name of a member.

    The comparison is audited. Call this outside the transaction that a refusal rolls back.
    """
    texts = [(field, text) for field, text in texts if text.strip()]
    if not texts:
        return []
    try:
        found = find_real_names_audited([text for _field, text in texts], subject=subject, actor=actor, now=now)
    except SealError:
        said = _("The keys of the panel are not available, so this cannot be compared with the names of members. Nothing was saved. Tell the administrator.")  # fmt: skip
        return [FieldFault(texts[0][0], said)]
    said = _("This public text seems to contain the real name of a member. Write the pseudonym, or leave the name out.")  # fmt: skip
    return [FieldFault(texts[place][0], said) for place in found]


_ON_THE_ROW = ("title_sr", "title_en", "agenda_sr", "agenda_en", "starts_at", "ends_at", "town", "place")


def plan_meeting(*, draft: MeetingData, actor: AbstractBaseUser, now: datetime) -> Meeting:
    """Create a meeting. Past meetings are allowed, to record them afterwards. Raises ActionRefused."""
    _refuse(real_name_faults(_titles(draft), subject=None, actor=actor, now=now))
    with transaction.atomic():
        _refuse([*meeting_faults(draft, adults=_adults(None, now))])
        meeting = Meeting(changed_at=now, **{name: getattr(draft, name) for name in _ON_THE_ROW})
        meeting.save(force_insert=True)
        meeting.cohorts.set(draft.cohorts)
        meeting.facilitators.set(draft.facilitators)
        content_version.bump()
        audit_log.record(action="meeting.planned", subject=meeting, actor=actor, now=now)
    return meeting


def change_meeting(
    *, meeting: Meeting, draft: MeetingData, opened: str, actor: AbstractBaseUser, now: datetime
) -> None:
    """Save a meeting; `opened` is the revision that the form was built from.

    Raises EditConflict. Raises ActionRefused, also if recorded attendance belongs to a member who would no longer be
    invited. Raises ActionRefused for a cancelled meeting.
    """
    if _titles(meeting_data_of(meeting)) != _titles(draft):
        _refuse(real_name_faults(_titles(draft), subject=meeting, actor=actor, now=now))
    with transaction.atomic():
        meeting = lock_meeting(meeting)
        stored = meeting_data_of(meeting)
        if stored.revision != opened:
            raise EditConflict
        check_not_cancelled(meeting)
        _refuse([*meeting_faults(draft, adults=_adults(meeting, now))])
        for name in _ON_THE_ROW:
            setattr(meeting, name, getattr(draft, name))
        meeting.changed_at = now
        meeting.save(update_fields=[*_ON_THE_ROW, "changed_at"])
        _uninvite(meeting, draft)
        meeting.cohorts.set(draft.cohorts)
        meeting.facilitators.set(draft.facilitators)
        content_version.bump()
        changed = [name for name in draft.__slots__ if getattr(stored, name) != getattr(draft, name)]
        audit_log.record(action="meeting.changed", subject=meeting, actor=actor, now=now, data={"fields": changed})


def cancel_meeting(*, meeting: Meeting, actor: AbstractBaseUser, now: datetime) -> None:
    """Cancel a meeting. Raises ActionRefused if it was already cancelled, or if attendance is recorded."""
    with transaction.atomic():
        meeting = lock_meeting(meeting)
        check_not_cancelled(meeting)
        if Attendance.objects.filter(meeting=meeting, attended=True).exists():
            raise ActionRefused(_("Attendance is recorded for this meeting, so it took place. Nothing was changed."))
        Meeting.objects.filter(pk=meeting.pk).update(cancelled_at=now, changed_at=now)
        content_version.bump()
        audit_log.record(action="meeting.cancelled", subject=meeting, actor=actor, now=now)


def save_minutes(*, meeting: Meeting, draft: MinutesData, opened: str, actor: AbstractBaseUser, now: datetime) -> None:
    """Save minutes and decisions, in this order; `opened` is the revision that the form was built from.

    Raises EditConflict and ActionRefused. Raises ActionRefused if a decision, which is published, contains a member's
    name.
    """
    if minutes_data_of(meeting).decisions != draft.decisions:
        texts = [
            (_("Decision %(n)s") % {"n": number}, " ".join(each)) for number, each in enumerate(draft.decisions, 1)
        ]
        _refuse(real_name_faults(texts, subject=meeting, actor=actor, now=now))
    with transaction.atomic():
        meeting = lock_meeting(meeting)
        stored = minutes_data_of(meeting)
        if stored.revision != opened:
            raise EditConflict
        check_not_cancelled(meeting)
        Meeting.objects.filter(pk=meeting.pk).update(minutes=draft.minutes, changed_at=now)
        if stored.decisions != draft.decisions:
            meeting.decisions.all().delete()
            for order, (serbian, english) in enumerate(draft.decisions):
                Decision.objects.create(meeting=meeting, order=order, text_sr=serbian, text_en=english)
            content_version.bump()
        data = {"decisions": len(draft.decisions)}
        audit_log.record(action="meeting.minutes_saved", subject=meeting, actor=actor, now=now, data=data)


def lock_meeting(meeting: Meeting) -> Meeting:
    """Lock and return the current row."""
    return Meeting.objects.select_for_update().get(pk=meeting.pk)


def check_not_cancelled(meeting: Meeting) -> None:
    """Raises ActionRefused if the meeting was cancelled."""
    if meeting.cancelled_at:
        raise ActionRefused(_("This meeting was cancelled. Nothing was changed."))


def _adults(meeting: Meeting | None, now: datetime) -> set[int]:
    return set(selectors.facilitators_for(meeting, now).values_list("pk", flat=True))


def _titles(draft: MeetingData) -> list[tuple[str, str]]:
    return [("title_sr", draft.title_sr), ("title_en", draft.title_en)]


def _uninvite(meeting: Meeting, draft: MeetingData) -> None:
    """Delete the rows of members who are no longer invited. Raises ActionRefused if their attendance is recorded."""
    day = localdate(draft.starts_at)
    staying = selectors.members_on(day).filter(cohort__in=draft.cohorts)
    going = Attendance.objects.filter(meeting=meeting).exclude(member__in=staying)
    recorded = going.filter(attended__isnull=False)
    faults = []
    outside = Cohort.objects.filter(pk__in=recorded.exclude(member__cohort__in=draft.cohorts).values("member__cohort"))
    if names := ", ".join(str(cohort) for cohort in outside):
        said = _("Attendance is recorded for: %(cohorts)s. Leave them invited, or delete those records first.")
        faults.append(FieldFault("cohorts", said % {"cohorts": names}))
    early = recorded.filter(member__cohort__in=draft.cohorts).values_list("member__pseudonym", flat=True)
    if names := ", ".join(early[:5]):
        said = _("Attendance is recorded, but these were not members on that day: %(members)s.")
        faults.append(FieldFault("day", said % {"members": names}))
    _refuse(faults)
    going.delete()


def _refuse(faults: list[FieldFault]) -> None:
    if faults:
        raise ActionRefused(faults)
