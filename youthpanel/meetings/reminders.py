"""E-mail to the coordinators about a meeting two days before it begins: title, time and a link. No place and no data of members."""

from datetime import datetime
from functools import partial
from typing import Final

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from youthpanel.meetings.selectors import meetings_to_remind_of
from youthpanel.members.staff_mail import can_send, send_to_staff
from youthpanel.models import Meeting

# Of coordinators.
CHANGE_MEETING: Final = "youthpanel.change_meeting"


def remind_coordinators(*, now: datetime) -> int:
    """Send one e-mail for each meeting of the next two days that was in no e-mail yet; returns how many recipients got one.

    A meeting is marked after sending. A crash in between sends the e-mail twice, but never loses it. A meeting that is moved is in
    another e-mail.
    """
    meetings = meetings_to_remind_of(now)
    if not meetings or not can_send():
        return 0
    total = 0
    for meeting in meetings:
        path = f"youthpanel/meetings/{meeting.pk}/"
        told = send_to_staff(permission=CHANGE_MEETING, words=partial(_words, meeting), path=path, now=now)
        if told:
            Meeting.objects.filter(pk=meeting.pk).update(reminded_for=meeting.starts_at)
        total += told
    return total


def _words(meeting: Meeting) -> tuple[str, str]:
    begins = localtime(meeting.starts_at)
    text = _(
        "The meeting of the youth panel “%(title)s” begins on %(day)s at %(time)s. Please sign in: its page shows the rest."
    )
    shown = {"title": meeting.title, "day": date_format(begins), "time": date_format(begins, "H:i")}
    return _("The youth panel meets soon"), text % shown
