"""Services of meetings: planning, changes, cancellation, minutes, and reminders of the coordinators by e-mail."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils.formats import date_format
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _

from clicksafely.common.audit import audit_log
from clicksafely.common.crypto.sealing import SealError
from clicksafely.common.exceptions import ActionRefused, EditConflict, FieldFault
from clicksafely.common.page_cache import content_version
from youthpanel.meetings import selectors
from youthpanel.meetings.form_data import MinutesData, minutes_data_of
from youthpanel.members.name_detection import find_real_names_audited
from youthpanel.members.staff_mail import can_send, send_to_staff
from youthpanel.models import Attendance, Cohort, Decision, Meeting

RELATIONS: Final = ("cohorts", "facilitators")
# Of coordinators.
CHANGE_MEETING: Final = "youthpanel.change_meeting"


def real_name_faults(
    texts: Sequence[tuple[str, str]], *, subject: Meeting | None, actor: AbstractBaseUser, now: datetime
) -> list[FieldFault]:
    """Return a fault for each (field, text) that seems to contain a real name of a member.

    The comparison is audited. Call this outside the transaction that a refusal rolls back.
    """
    texts = [(field, text) for field, text in texts if text.strip()]
    if not texts:
        return []
    try:
        found = find_real_names_audited([text for _field, text in texts], subject=subject, actor=actor, now=now)
    except SealError:
        message = _(
            "The keys of the panel are not available, so this cannot be compared with the names of members. "
            "Nothing was saved. Tell the administrator."
        )
        return [FieldFault(texts[0][0], message)]
    message = _("This public text seems to contain the real name of a member. Write the pseudonym, or leave the name out.")  # fmt: skip
    return [FieldFault(texts[place][0], message) for place in found]


def plan_meeting(*, actor: AbstractBaseUser, now: datetime, **values: Any) -> Meeting:
    """Create a meeting. Past meetings are allowed, to record them afterwards. Raises ActionRefused.

    `values` has columns, and the collections `cohorts` and `facilitators`.
    """
    _refuse(real_name_faults(_titles(values), subject=None, actor=actor, now=now))
    with transaction.atomic():
        _refuse([*_participant_faults(values, adults=_adults(None, now))])
        meeting = Meeting()
        _write(meeting, values, now)
        content_version.bump()
        audit_log.record(action="meeting.planned", subject=meeting, actor=actor, now=now)
    return meeting


def change_meeting(*, meeting: Meeting, opened: int, actor: AbstractBaseUser, now: datetime, **values: Any) -> None:
    """Save `values` as in `plan_meeting`; `opened` is the revision that the form was built from.

    Raises EditConflict. Raises ActionRefused, also if recorded attendance belongs to a member who would no longer be
    invited. Raises ActionRefused for a cancelled meeting.
    """
    if any((getattr(meeting, name) or "") != title for name, title in _titles(values)):
        _refuse(real_name_faults(_titles(values), subject=meeting, actor=actor, now=now))
    with transaction.atomic():
        meeting = lock_meeting(meeting)
        check_not_cancelled(meeting)
        meeting.require_revision(opened)
        _refuse([*_participant_faults(values, adults=_adults(meeting, now))])
        changed = [name for name, value in values.items() if _differs(meeting, name, value)]
        meeting.revision += 1
        _uninvite(meeting, values)
        _write(meeting, values, now)
        content_version.bump()
        audit_log.record(action="meeting.changed", subject=meeting, actor=actor, now=now, data={"fields": changed})


def _differs(meeting: Meeting, name: str, value: Any) -> bool:
    if name in RELATIONS:
        return set(getattr(meeting, name).all()) != set(value)
    return bool((getattr(meeting, name) or "") != value)


def _write(meeting: Meeting, values: Mapping[str, Any], now: datetime) -> None:
    for name, value in values.items():
        if name not in RELATIONS:
            setattr(meeting, name, value)
    meeting.changed_at = now
    meeting.save()
    for name in RELATIONS:
        getattr(meeting, name).set(values[name])


def _participant_faults(values: Mapping[str, Any], *, adults: Collection[int]) -> Iterator[FieldFault]:
    """Faults of the participants. `adults` are the users who may facilitate the meeting."""
    leading = {user.pk for user in values["facilitators"]}
    if not values["cohorts"]:
        yield FieldFault("cohorts", _("Choose the cohorts to invite."))
    if leading - set(adults):
        yield FieldFault("facilitators", _("A chosen person does not work with the panel. Choose again."))
    if len(leading & set(adults)) < selectors.MIN_FACILITATORS:
        yield FieldFault("facilitators", _("Choose at least two adults, so that no adult is alone with members."))


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


def _titles(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(name, values[name]) for name in ("title_sr", "title_en")]


def _uninvite(meeting: Meeting, values: Mapping[str, Any]) -> None:
    """Delete the rows of members who are no longer invited. Raises ActionRefused if their attendance is recorded."""
    day, cohorts = localdate(values["starts_at"]), values["cohorts"]
    staying = selectors.members_on(day).filter(cohort__in=cohorts)
    going = Attendance.objects.filter(meeting=meeting).exclude(member__in=staying)
    recorded = going.filter(attended__isnull=False)
    faults = []
    outside = Cohort.objects.filter(pk__in=recorded.exclude(member__cohort__in=cohorts).values("member__cohort"))
    if names := ", ".join(str(cohort) for cohort in outside):
        message = _("Attendance is recorded for: %(cohorts)s. Leave them invited, or delete those records first.")
        faults.append(FieldFault("cohorts", message % {"cohorts": names}))
    early = recorded.filter(member__cohort__in=cohorts).values_list("member__pseudonym", flat=True)
    if names := ", ".join(early[:5]):
        message = _("Attendance is recorded, but these were not members on that day: %(members)s.")
        faults.append(FieldFault("day", message % {"members": names}))
    _refuse(faults)
    going.delete()


def _refuse(faults: list[FieldFault]) -> None:
    if faults:
        raise ActionRefused(faults)


def remind_coordinators(*, now: datetime) -> int:
    """Send the coordinators one e-mail for each meeting of the next two days that was in no e-mail yet.

    Returns how many recipients got one. It has title, time and a link, but no place and no data of members. A meeting is marked after
    sending. A crash in between sends the e-mail twice, but never loses it. A meeting that is moved is in another e-mail.
    """
    meetings = selectors.meetings_to_remind_of(now)
    if not meetings or not can_send():
        return 0
    total = 0
    for meeting in meetings:
        path = f"youthpanel/meetings/{meeting.pk}/"
        sent = send_to_staff(permission=CHANGE_MEETING, words=partial(_reminder, meeting), path=path, now=now)
        if sent:
            Meeting.objects.filter(pk=meeting.pk).update(reminded_for=meeting.starts_at)
        total += sent
    return total


def _reminder(meeting: Meeting) -> tuple[str, str]:
    begins = localtime(meeting.starts_at)
    text = _(
        "The meeting of the youth panel “%(title)s” begins on %(day)s at %(time)s. Please sign in: its page shows the rest."
    )
    shown = {"title": meeting.title, "day": date_format(begins), "time": date_format(begins, "H:i")}
    return _("The youth panel meets soon"), text % shown
