"""What goes out by e-mail to reporters: the thread it belongs to, the messages that wait or went, and how many an address got today."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clicksafely.common.mail.errors import SmtpErrorCode
from hotline.models.report import Report


class MailThread(models.Model):
    """The opaque tag (80 random bits, Crockford's base 32) in the address by which replies find the report.

    Who knows it can add to the report, and read nothing. A report that came by e-mail has one where its sender was authenticated.
    """

    report = models.OneToOneField(Report, on_delete=models.CASCADE, related_name="mail_thread")
    tag = models.CharField(max_length=16, unique=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(tag__regex=r"^[0-9A-HJKMNP-TV-Z]{16}$"), name="mail_tag_well_formed")
        ]

    def __str__(self) -> str:
        return f"thread of report {self.report_id}"


class OutgoingKind(models.TextChoices):
    """What a message to a reporter is for."""

    ANSWER = "answer", pgettext_lazy("outgoing e-mail", "answer with the receipt")
    NEWS = "news", pgettext_lazy("outgoing e-mail", "there is news")


class OutgoingState(models.TextChoices):
    """How far a message to a reporter has come."""

    DUE = "due", pgettext_lazy("outgoing e-mail", "waiting")
    SENT = "sent", pgettext_lazy("outgoing e-mail", "sent")
    FAILED = "failed", pgettext_lazy("outgoing e-mail", "given up")
    REFUSED = "refused", pgettext_lazy("outgoing e-mail", "refused")


class OutgoingError(models.TextChoices):
    """Why the last attempt to send a message did not succeed: what the server did, or what happened to us."""

    INTERRUPTED = "interrupted", pgettext_lazy("outgoing e-mail", "the program was ended while sending")
    UNREACHABLE = SmtpErrorCode.UNREACHABLE.value, SmtpErrorCode.UNREACHABLE.label
    ENCRYPTION = SmtpErrorCode.ENCRYPTION.value, SmtpErrorCode.ENCRYPTION.label
    LOGIN = SmtpErrorCode.LOGIN.value, SmtpErrorCode.LOGIN.label
    SENDER = SmtpErrorCode.SENDER.value, SmtpErrorCode.SENDER.label
    DEFERRED = SmtpErrorCode.DEFERRED.value, SmtpErrorCode.DEFERRED.label
    LOST = SmtpErrorCode.LOST.value, SmtpErrorCode.LOST.label
    RECIPIENT = SmtpErrorCode.RECIPIENT.value, SmtpErrorCode.RECIPIENT.label
    CONTENT = SmtpErrorCode.CONTENT.value, SmtpErrorCode.CONTENT.label
    RETURNED = "returned", pgettext_lazy("outgoing e-mail", "it came back")
    SECRET = "secret", pgettext_lazy("outgoing e-mail", "MAIL_SECRET has changed, the address cannot be opened")
    UNFORESEEN = "unforeseen", pgettext_lazy("outgoing e-mail", "something nobody thought of, the log says what")


class OutgoingMail(models.Model):
    """One message to a reporter. `sealed` holds the address, for the worker to open (see `hotline.outbox.address_encryption`), while it waits.

    `queued_at` is rounded down to the hour; `due_at` is when the next attempt is made; `receipt_sent` whether what was sent holds one.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    report = models.ForeignKey(
        Report, verbose_name=_("report"), on_delete=models.CASCADE, related_name="outgoing_mails"
    )
    kind = models.CharField(_("kind"), max_length=8, choices=OutgoingKind)
    state = models.CharField(_("state"), max_length=8, choices=OutgoingState, default=OutgoingState.DUE)
    queued_at = models.DateTimeField(_("made"))
    due_at = models.DateTimeField(_("next attempt"), null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.CharField(_("last error"), max_length=12, choices=OutgoingError, blank=True)
    sealed = models.BinaryField(null=True, editable=False)
    receipt_sent = models.BooleanField(_("with the receipt"), default=False)

    class Meta:
        verbose_name = _("outgoing e-mail")
        verbose_name_plural = _("outgoing e-mails")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=OutgoingKind.values), name="outgoing_kind_known"),
            models.CheckConstraint(condition=Q(state__in=OutgoingState.values), name="outgoing_state_known"),
            # The address is kept as long as it is needed, and no longer.
            models.CheckConstraint(
                condition=Q(state="due", due_at__isnull=False, sealed__isnull=False)
                | ~Q(state="due") & Q(due_at__isnull=True, sealed__isnull=True),
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
    """Why a message that came is not answered; the code stands in the audit trail."""

    UNAUTHENTICATED = "unauthenticated", pgettext_lazy("no answer", "the sender could not be verified")
    NO_PERSON = "no_person", pgettext_lazy("no answer", "written by a machine or through a list")
    ADDRESS = "address", pgettext_lazy("no answer", "the address takes no answers")
    TOO_MANY = "too_many", pgettext_lazy("no answer", "the address has had its answers for today")


class ReplyCount(models.Model):
    """How many answers an address got on a day; the address is there as an HMAC under a key of that day."""

    day = models.DateField()
    address_digest = models.BinaryField(max_length=32)
    count = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "address_digest"], name="one_count_an_address"),
            models.CheckConstraint(condition=Q(count__range=(1, 3)), name="answers_within_limit"),
        ]

    def __str__(self) -> str:
        return f"{self.count} answers on {self.day}"
