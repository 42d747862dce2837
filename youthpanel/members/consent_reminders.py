"""E-mail to the coordinators about consents that end soon: their number, and no name. Children and families get none."""

from datetime import datetime
from functools import partial
from typing import Final

from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from youthpanel.members.selectors import DUE_PERIOD, unannounced_consents
from youthpanel.members.staff_mail import can_send, send_to_staff
from youthpanel.models import Consent

# Of coordinators.
CHANGE_MEMBER: Final = "youthpanel.change_member"
PAGE: Final = "youthpanel/due/"


def remind_coordinators(*, now: datetime) -> int:
    """Send one e-mail about the consents that end within `DUE_PERIOD` and were in no e-mail yet; returns how many recipients got it.

    Consents are marked after sending. A crash in between sends the e-mail twice, but never loses it.
    """
    today = localdate(now)
    ending = unannounced_consents(today=today)
    if not ending or not can_send():
        return 0
    told = send_to_staff(permission=CHANGE_MEMBER, words=partial(_words, len(ending)), path=PAGE, now=now)
    if told:
        Consent.objects.filter(pk__in=ending).update(announced_on=today)
    return told


def _words(number: int) -> tuple[str, str]:
    text = ngettext(
        "%(n)d consent of the panel ends within %(days)d days, or has ended. Please sign in: the page of due dates shows it.",
        "%(n)d consents of the panel end within %(days)d days, or have ended. Please sign in: the page of due dates shows them.",
        number,
    )
    return _("Consents of the panel end soon"), text % {"n": number, "days": DUE_PERIOD.days}
