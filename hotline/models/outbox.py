"""Outgoing e-mail to reporters: threads, queued and sent messages, and daily counts of replies per address."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clicksafely.common.mail.errors import SmtpErrorCode
from clicksafely.common.queue.outgoing import QueuedRow, QueueError
from hotline import data_inventory
from hotline.models.report import Report


class MailThread(models.Model):
    """The opaque tag (80 random bits, Crockford's base 32) in the reply address, which identifies the report.

    The tag allows adding to the report, not reading it. A report received by e-mail has a thread if its sender was
    authenticated.
    """

    report = models.OneToOneField(Report, on_delete=models.CASCADE, related_name="mail_thread")
    tag = models.CharField(max_length=16, unique=True, editable=False)

    field_inventory: ClassVar = {
        (data_inventory.DIGEST, data_inventory.IDENTITY_RULE): "tag",
        (data_inventory.CODES, data_inventory.IDENTITY_RULE): "report",
    }

    class Meta:
        verbose_name = _("mail thread")
        verbose_name_plural = _("mail threads")
        constraints = [
            models.CheckConstraint(condition=Q(tag__regex=r"^[0-9A-HJKMNP-TV-Z]{16}$"), name="mail_tag_well_formed")
        ]

    def __str__(self) -> str:
        return f"thread of report {self.report_id}"


class OutgoingKind(models.TextChoices):
    """Purpose of a message to a reporter."""

    ANSWER = "answer", pgettext_lazy("outgoing e-mail", "reply with the code")
    NEWS = "news", pgettext_lazy("outgoing e-mail", "notification of news")


class OutgoingState(models.TextChoices):
    """Progress of a message to a reporter."""

    DUE = "due", pgettext_lazy("outgoing e-mail", "waiting")
    SENT = "sent", pgettext_lazy("outgoing e-mail", "sent")
    FAILED = "failed", pgettext_lazy("outgoing e-mail", "failed")
    REFUSED = "refused", pgettext_lazy("outgoing e-mail", "refused")


class OutgoingError(models.TextChoices):
    """Cause of the last failed attempt to send a message."""

    INTERRUPTED = QueueError.INTERRUPTED.value, QueueError.INTERRUPTED.label
    UNREACHABLE = SmtpErrorCode.UNREACHABLE.value, SmtpErrorCode.UNREACHABLE.label
    ENCRYPTION = SmtpErrorCode.ENCRYPTION.value, SmtpErrorCode.ENCRYPTION.label
    LOGIN = SmtpErrorCode.LOGIN.value, SmtpErrorCode.LOGIN.label
    SENDER = SmtpErrorCode.SENDER.value, SmtpErrorCode.SENDER.label
    DEFERRED = SmtpErrorCode.DEFERRED.value, SmtpErrorCode.DEFERRED.label
    LOST = SmtpErrorCode.LOST.value, SmtpErrorCode.LOST.label
    RECIPIENT = SmtpErrorCode.RECIPIENT.value, SmtpErrorCode.RECIPIENT.label
    CONTENT = SmtpErrorCode.CONTENT.value, SmtpErrorCode.CONTENT.label
    RETURNED = "returned", pgettext_lazy("outgoing e-mail", "returned")
    SECRET = "secret", pgettext_lazy("outgoing e-mail", "MAIL_SECRET has changed, the address cannot be decrypted")
    UNFORESEEN = QueueError.UNFORESEEN.value, QueueError.UNFORESEEN.label


class OutgoingMail(QueuedRow):
    """One message to a reporter.

    While it is queued, `sealed` holds the address for the worker (`hotline.outbox.address_encryption`). `queued_at`
    is rounded down to the hour. `receipt_sent`: the sent message contains a code.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    report = models.ForeignKey(
        Report, verbose_name=_("report"), on_delete=models.CASCADE, related_name="outgoing_mails"
    )
    kind = models.CharField(_("kind"), max_length=8, choices=OutgoingKind)
    state = models.CharField(_("state"), max_length=8, choices=OutgoingState, default=OutgoingState.DUE)
    queued_at = models.DateTimeField(_("created"))
    error = models.CharField(_("last error"), max_length=12, choices=OutgoingError, blank=True)
    sealed = models.BinaryField(null=True, editable=False)
    receipt_sent = models.BooleanField(_("with the code"), default=False)

    field_inventory: ClassVar = {
        (data_inventory.SEALED, data_inventory.UNTIL_SENT): "sealed",
        (data_inventory.CODES, data_inventory.IDENTITY_RULE): (
            "report kind state queued_at due_at attempts failing_since error receipt_sent"
        ),
    }

    class Meta:
        verbose_name = _("outgoing e-mail")
        verbose_name_plural = _("outgoing e-mails")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=OutgoingKind.values), name="outgoing_kind_known"),
            models.CheckConstraint(condition=Q(state__in=OutgoingState.values), name="outgoing_state_known"),
            # The address is stored only while the message is queued.
            models.CheckConstraint(
                condition=Q(state="due", due_at__isnull=False, sealed__isnull=False)
                | ~Q(state="due") & Q(due_at__isnull=True, failing_since__isnull=True, sealed__isnull=True),
                name="outgoing_address_while_due",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["failed", "refused"]) | ~Q(error=""), name="outgoing_failure_named"
            ),
            models.UniqueConstraint(fields=["report"], condition=Q(state="due"), name="one_outgoing_due"),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="outgoing_due", condition=Q(state="due")),
            models.Index(fields=["state", "-id"], name="outgoing_state"),
        ]

    def __str__(self) -> str:
        return f"E-{self.pk:06d}"


class NoReplyReason(models.TextChoices):
    """Reasons not to reply to a message; the code is stored in the audit trail."""

    UNAUTHENTICATED = "unauthenticated", pgettext_lazy("withheld reply", "the sender could not be verified")
    NO_PERSON = "no_person", pgettext_lazy("withheld reply", "sent automatically or through a mailing list")
    ADDRESS = "address", pgettext_lazy("withheld reply", "the address does not accept replies")
    TOO_MANY = "too_many", pgettext_lazy("withheld reply", "the daily limit of replies to the address is reached")


class ReplyCount(models.Model):
    """Number of replies to an address on one day. The address is stored as an HMAC under a key of that day."""

    day = models.DateField()
    address_digest = models.BinaryField(max_length=32)
    count = models.PositiveSmallIntegerField(default=1)

    field_inventory: ClassVar = {
        (data_inventory.DIGEST, data_inventory.UNTIL_NEXT_DAY): "address_digest",
        (data_inventory.CODES, data_inventory.UNTIL_NEXT_DAY): "day count",
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "address_digest"], name="one_count_an_address"),
            models.CheckConstraint(condition=Q(count__range=(1, 3)), name="answers_within_limit"),
        ]

    def __str__(self) -> str:
        return f"{self.count} answers on {self.day}"
