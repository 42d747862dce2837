"""E-mail to the safeguarding lead and the deputy about new notes, without any content of a note."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext as _

from youthpanel.members.staff_mail import can_send, send_to_staff
from youthpanel.models import SafeguardingNote
from youthpanel.permissions import OPEN_NOTE
from youthpanel.safeguarding.selectors import unopened_handovers

# Retried each minute for this long. The start pages of both list the note in any case.
RETRY_PERIOD: Final = timedelta(days=3)


def notify_leads(*, now: datetime) -> int:
    """Send one e-mail for all notes without a notification; returns how many recipients the server accepted.

    A note that is handed over needs another notification. Notes are marked after sending. A crash in between sends the e-mail twice, but
    never loses it.
    """
    recent = Q(written_at__gt=now - RETRY_PERIOD) | Q(pk__in=unopened_handovers().values("pk"))
    untold = SafeguardingNote.objects.filter(recent, notified=False, closed_at=None)
    notes = list(untold.values_list("pk", flat=True))
    if not notes or not can_send():
        return 0
    told = send_to_staff(permission=OPEN_NOTE, words=_words, path="", now=now)
    if told:
        SafeguardingNote.objects.filter(pk__in=notes).update(notified=True)
    return told


def _words() -> tuple[str, str]:
    text = _("There is something new for you on the staff site. Please sign in and check your start page.")
    return _("Something new on the staff site"), text
