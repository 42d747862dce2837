"""Who is answered: authenticated people, three times a day at most."""

import re
from datetime import datetime

from django.conf import settings

from clicksafely.common import audit
from clicksafely.common.mail.natures import Nature
from hotline.intake.mail.authentication import is_authenticated
from hotline.intake.mail.parsed import ParsedMail
from hotline.models import OutgoingKind, Report, Withheld
from hotline.post import config, outbox

# Nobody reads what is sent there, or a machine does.
_NOBODY = re.compile(
    r"(?:no|do-?not|not)[-_.]?reply.*|.*[-_.](?:no|do-?not)[-_.]?reply|noanswer|mailer-daemon|postmaster|bounces?(?:[-_.+].*)?|.*-bounces?"
    r"|nobody|root|daemon|listserv|majordomo|owner-.*|.*-(?:owner|request|confirm)",
    re.IGNORECASE,
)


def plan_answer(*, report: Report, mail: ParsedMail, now: datetime) -> None:
    """Let an answer to a message that became a report wait for the post, or put on record why there will be none.

    In the transaction that makes the report. Where e-mail does not go out at all it does nothing.
    """
    if not config.is_configured():
        return
    why = _withheld(mail)
    if why is None:
        # Also for who has had the answers of today: when the hotline writes, it may reach the sender.
        outbox.open_thread(report=report)
        if not outbox.count_answer(address=mail.sender, now=now):
            why = Withheld.TOO_MANY
    if why is None:
        outbox.queue_mail(report=report, kind=OutgoingKind.ANSWER, to=mail.sender, in_reply_to=mail.message_id, now=now)
    else:
        audit.record(
            action="mail.withheld", subject=report, actor=None, now=outbox.hour_of(now), data={"withheld": why.value}
        )


def _withheld(mail: ParsedMail) -> Withheld | None:
    if mail.nature != Nature.PERSON:
        return Withheld.NO_PERSON
    if _NOBODY.fullmatch(mail.sender.rpartition("@")[0]) or not config.takes_mail(mail.sender):
        return Withheld.ADDRESS
    if not is_authenticated(mail, authserv_id=settings.MAIL_AUTHSERV_ID):
        return Withheld.UNAUTHENTICATED
    return None
