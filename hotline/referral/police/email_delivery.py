"""Packages by e-mail: what waits is handed to the mail server; once it has taken one over, the hand-over is recorded.

At least once: where the connection breaks off after the text, the same message goes again under the same Message-ID.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from clicksafely.common.audit import audit_log
from clicksafely.common.crypto import receipts
from clicksafely.common.mail.errors import SmtpErrorCode
from clicksafely.common.mail.message_builder import Attachment, compose_message
from clicksafely.common.mail.smtp import DeliveryError
from hotline.models import PackageProblem, PackageState, PoliceDelivery, PoliceFile, PolicePackage
from hotline.outbox import config
from hotline.referral.police.delivery import Delivery, record_delivery
from hotline.referral.police.report_pdf import LANGUAGE

logger = logging.getLogger(__name__)

AT_ONCE = 20
# With these pauses, about three days.
MOST_ATTEMPTS = 75
# How long an attempt may take before another run looks after its package.
ATTEMPT = timedelta(minutes=3)
SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(minutes=2), timedelta(hours=1)
_PROBLEMS = {SmtpErrorCode.DEFERRED: PackageProblem.DEFERRED, SmtpErrorCode.LOST: PackageProblem.LOST}


@dataclass(frozen=True)
class PackageDeliveryAttempt:
    """A package that this run tries to send, as its row was written when it began."""

    package: PolicePackage
    content: bytes
    now: datetime


def send_due_packages(*, now: datetime) -> int:
    """Send the packages whose e-mail is due; returns how many the server took. Does nothing where no e-mail goes out."""
    if not config.is_configured():
        return 0
    sent = 0
    with config.mail_server() as server:
        while sent < AT_ONCE and (attempt := _begin(now)):
            try:
                server.deliver(
                    sender=config.tagged_address(attempt.package.mail_tag),
                    recipient=attempt.package.recipient.email,
                    write=lambda attempt=attempt: compose(attempt.package, attempt.content, attempt.now),  # type: ignore[misc]
                )
            except DeliveryError as no:
                _put_off(attempt, no)
                if no.final:
                    continue
                break
            delivery = Delivery(PoliceDelivery.EMAIL, message_id(attempt.package), now)
            record_delivery(package=attempt.package, delivery=delivery, actor=None, now=now)
            sent += 1
    return sent


def message_id(package: PolicePackage) -> str:
    """The Message-ID of its e-mail, without brackets: the same however often it is sent."""
    return f"{package.mail_tag.lower()}@{config.own_domain()}"


def compose(package: PolicePackage, content: bytes, now: datetime) -> bytes:
    """The message: what it is for, how it is encrypted, its SHA-256, and the package; nothing of what is in it."""
    told = {"reference": package.reference, "sha256": package.sha256, "file": package.file_name}
    with translation.override(LANGUAGE):
        subject = _("Package %(reference)s") % told
        text = _(
            "Net Patrola hands over the package %(reference)s, encrypted for you.\n\nFile: %(file)s\nSHA-256: %(sha256)s\n\n"
            "Please confirm its receipt by answering this message, with your number of it."
        )
        name = _("Net Patrola")
    kind = "pkcs7-mime" if package.file_name.endswith(".p7m") else "zip"
    return compose_message(
        sender=settings.MAIL_ADDRESS,
        sender_name=name,
        to=package.recipient.email,
        reply_to=config.tagged_address(package.mail_tag),
        subject=subject,
        text=text % told,
        sent_at=now,
        message_id=message_id(package),
        # Somebody at the hotline hands it over, and an officer answers.
        automatic="",
        attachments=[Attachment(name=package.file_name, kind=f"application/{kind}", content=content)],
    )


def _begin(now: datetime) -> PackageDeliveryAttempt | None:
    """Write down that the oldest one due is tried, and when it may be tried again should nobody write down how it ended."""
    with transaction.atomic():
        due = PolicePackage.objects.filter(state=PackageState.MADE, due_at__lte=now).select_related("recipient")
        package = due.order_by("due_at", "pk").select_for_update(skip_locked=True, of=("self",)).first()
        if package is None:
            return None
        package.attempts += 1
        package.due_at = now + ATTEMPT
        package.mail_tag = package.mail_tag or receipts.generate_receipt()
        package.save(update_fields=["attempts", "due_at", "mail_tag"])
        file = PoliceFile.objects.get(package=package)
        return PackageDeliveryAttempt(package, bytes(file.outgoing or b""), now)


def _put_off(attempt: PackageDeliveryAttempt, no: DeliveryError) -> None:
    package, now = attempt.package, attempt.now
    logger.error("A package for the police was not sent: %s.", no.trouble.value)
    ended = no.final or package.attempts >= MOST_ATTEMPTS
    pause = min(SHORTEST_PAUSE * (1 << min(package.attempts - 1, 10)), LONGEST_PAUSE)
    problem = _PROBLEMS.get(no.trouble, PackageProblem.NOT_NOW)
    if ended:
        problem = PackageProblem.REFUSED if no.final else PackageProblem.GIVEN_UP
    with transaction.atomic():
        waiting = PolicePackage.objects.filter(pk=package.pk, state=PackageState.MADE, attempts=package.attempts)
        if not waiting.update(problem=problem, due_at=None if ended else now + pause):
            return
        if ended:
            PoliceFile.objects.filter(package=package).update(outgoing=None)
        data: dict[str, audit_log.AuditValue] = {"error": no.trouble.value}
        audit_log.record(action="police.mail_failed", subject=package, actor=None, now=now, data=data)
