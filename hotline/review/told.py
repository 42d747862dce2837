"""Whether the reporter will hear by e-mail of what is written now, in words for whoever writes it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from hotline.models import Channel, MailThread, Report, TextField
from hotline.post import config
from hotline.post.news import sole_address


def told_by_mail(*, report: Report, opened: Mapping[str, Mapping[str, Any]] | None) -> str:
    """A sentence for the box in which an answer is written. `opened` is what `open_words` gave, None where it stayed sealed.

    It follows `hotline.post.news.tell_reporter`, without opening anything.
    """
    if report.channel == Channel.ICCAM:
        return _("It came from a partner hotline over ICCAM: there is nobody to write to.")
    by_code = _("The reporter reads it with the code.")
    if report.channel == Channel.EMAIL and not MailThread.objects.filter(report=report).exists():
        return _("The sender could not be verified: no e-mail goes out, and without a code nobody reads this.")
    if not config.is_configured():
        return _("No e-mail goes out from here.") + " " + by_code
    if not report.texts.filter(field=TextField.CONTACT).exists():
        return _("No contact was left: no e-mail goes out.") + " " + by_code
    if opened is None:
        return (
            _("If an e-mail address was left and an answer is wanted, an e-mail says that there is news.")
            + " "
            + by_code
        )
    contact = opened.get(TextField.CONTACT, {})
    if not contact.get("wants_answer"):
        return _("No answer by e-mail is wanted: none goes out.") + " " + by_code
    if sole_address(contact.get("sender") or contact.get("contact", "")) is None:
        return _("The contact is not one e-mail address: no e-mail goes out.") + " " + by_code
    return _("An e-mail says that there is news, and nothing else.") + " " + by_code
