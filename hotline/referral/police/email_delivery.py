"""Delivery of packages by e-mail, at least once; acceptance by the mail server records the delivery."""

from datetime import datetime
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from clicksafely.common.audit import audit_log
from clicksafely.common.crypto import receipts
from clicksafely.common.mail.errors import SERVER_ERRORS, SmtpErrorCode
from clicksafely.common.mail.message_builder import Attachment, compose_message
from clicksafely.common.mail.smtp import SmtpConnection
from clicksafely.common.queue import outgoing
from clicksafely.common.queue.outgoing import SendError, Superseded
from hotline.models import PackageProblem, PoliceDelivery, PoliceFile, PolicePackage
from hotline.outbox import config
from hotline.referral import orders
from hotline.referral.police.delivery import Delivery, PackageStateChanged, record_delivery
from hotline.referral.police.report_pdf import LANGUAGE

_PROBLEMS = {
    SmtpErrorCode.DEFERRED.value: PackageProblem.DEFERRED,
    SmtpErrorCode.LOST.value: PackageProblem.LOST,
}


def send_due_packages(*, now: datetime, seconds: float = outgoing.RUN_SECONDS) -> int:
    """Send the packages whose e-mail is due, for at most `seconds`; return the number accepted by the server.

    If the connection breaks after the text, the same message is sent again under the same Message-ID. Does nothing if
    e-mail is not configured, during another run, or during a pause after a server error.
    """
    resting = outgoing.is_resting(PolicePackage.objects.all(), server_errors=SERVER_ERRORS, now=now)
    if not config.is_configured() or resting:
        return 0
    with config.mail_server() as server:
        return outgoing.send_due(
            claim=partial(_claim, now=now),
            send=partial(_send, server=server, now=now),
            give_up=partial(_give_up, now=now),
            retried=partial(_record_retry, now=now),
            now=now,
            seconds=seconds,
        )


def message_id(package: PolicePackage) -> str:
    """Return the Message-ID of its e-mail, without brackets; the same for every attempt."""
    return f"{package.mail_tag.lower()}@{config.own_domain()}"


def compose(package: PolicePackage, content: bytes, now: datetime) -> bytes:
    """Return the message: purpose, encryption, SHA-256 and the package itself; nothing about its content."""
    values = {"reference": package.reference, "sha256": package.sha256, "file": package.file_name}
    with translation.override(LANGUAGE):
        subject = _("Package %(reference)s") % values
        text = _(
            "Net Patrola sends you the package %(reference)s, encrypted for you.\n\nFile: %(file)s\nSHA-256: "
            "%(sha256)s\n\nPlease confirm receipt by replying to this message with your reference number."
        )
        name = _("Net Patrola")
    kind = "pkcs7-mime" if package.file_name.endswith(".p7m") else "zip"
    return compose_message(
        sender=settings.MAIL_ADDRESS,
        sender_name=name,
        to=package.recipient.email,
        reply_to=config.tagged_address(package.mail_tag),
        subject=subject,
        text=text % values,
        sent_at=now,
        message_id=message_id(package),
        # A person sends it and an officer answers, so it is not marked as automatic.
        automatic="",
        attachments=[Attachment(name=package.file_name, kind=f"application/{kind}", content=content)],
    )


def _claim(*, now: datetime) -> PolicePackage | None:
    """Lease the next package; its tag marks it as sent by e-mail from the first attempt on."""
    with transaction.atomic():
        package = outgoing.claim(PolicePackage.objects.select_related("recipient"), now=now)
        if package and not package.mail_tag:
            package.mail_tag = receipts.generate_code()
            package.save(update_fields=["mail_tag"])
        return package


def _send(package: PolicePackage, *, server: SmtpConnection, now: datetime) -> bool:
    if not orders.is_recipient_signed(package.recipient):
        raise SendError(PackageProblem.UNSIGNED, final=True)
    content = bytes(PoliceFile.objects.get(package=package).outgoing or b"")

    def write() -> bytes:
        if not outgoing.leased(package).exists():
            raise Superseded
        return compose(package, content, now)

    server.deliver(sender=config.tagged_address(package.mail_tag), recipient=package.recipient.email, write=write)
    delivery = Delivery(PoliceDelivery.EMAIL, message_id(package), now)
    try:
        record_delivery(package=package, delivery=delivery, actor=None, now=now)
    except PackageStateChanged as error:
        raise Superseded from error
    return True


def _record_retry(package: PolicePackage, failure: SendError, *, now: datetime) -> None:
    problem = _PROBLEMS.get(failure.error, PackageProblem.NOT_NOW)
    with transaction.atomic():
        if outgoing.leased(package).update(email_problem=problem):
            _record_failure(package, failure, now)


def _give_up(package: PolicePackage, failure: SendError, *, now: datetime) -> None:
    problem = PackageProblem.REFUSED if failure.final else PackageProblem.GIVEN_UP
    if failure.error == PackageProblem.UNSIGNED:
        problem = PackageProblem.UNSIGNED
    with transaction.atomic():
        if outgoing.finish(package, email_problem=problem, error=failure.error):
            PoliceFile.objects.filter(package=package).update(outgoing=None)
            _record_failure(package, failure, now)


def _record_failure(package: PolicePackage, failure: SendError, now: datetime) -> None:
    data: dict[str, audit_log.AuditValue] = {"error": failure.error}
    audit_log.record(action="police.mail_failed", subject=package, actor=None, now=now, data=data)
