"""Incoming e-mail messages, and the state of the mailbox."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clicksafely.common.crypto.key_rotation import SealedColumn
from clicksafely.common.mail.errors import MailboxErrorCode
from hotline import data_inventory
from hotline.models.report import Report

models.BinaryField.register_lookup(Length)


class MailKind(models.TextChoices):
    """Kinds of incoming message."""

    REPORT = "report", pgettext_lazy("kind of message", "new report")
    REPLY = "reply", pgettext_lazy("kind of message", "reply in a case")
    AUTO_REPLY = "auto_reply", pgettext_lazy("kind of message", "automatic reply")
    BOUNCE = "bounce", pgettext_lazy("kind of message", "delivery notice")
    NOTICE = "notice", pgettext_lazy("kind of message", "answer to a notice")
    POLICE = "police", pgettext_lazy("kind of message", "about a police package")
    UNREADABLE = "unreadable", pgettext_lazy("kind of message", "could not be read")


class MailState(models.TextChoices):
    """Review state of a message that became no report; empty if no review is needed."""

    OPEN = "open", pgettext_lazy("state of a message", "to review")
    REPORTED = "reported", pgettext_lazy("state of a message", "entered as a report")
    NOTHING = "nothing", pgettext_lazy("state of a message", "nothing to report")


class IncomingMail(models.Model):
    """One received message. `identity` (32 bytes, keyed) identifies it, so that no message is processed twice.

    `sealed` holds the readable content of a message that became neither a report nor a message of a thread. See
    `sealed_content` in `hotline.intake.email.services`. Attached files are not stored. `received_at` is rounded
    down to the hour; `size` is in bytes.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    identity = models.BinaryField(max_length=32, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=MailKind)
    reason = models.CharField(_("reason"), max_length=32, blank=True)
    report = models.ForeignKey(
        Report, verbose_name=_("report"), on_delete=models.CASCADE, related_name="mails", null=True
    )
    # The police package that the message is about.
    package = models.ForeignKey("PolicePackage", on_delete=models.PROTECT, related_name="mails", null=True)
    received_at = models.DateTimeField(_("received"))
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sealed = models.BinaryField(null=True, editable=False)
    state = models.CharField(_("state"), max_length=8, choices=MailState, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("handled by"), on_delete=models.SET_NULL, null=True, related_name="+"
    )
    handled_at = models.DateTimeField(_("handled"), null=True)

    CONTENT = SealedColumn(ring="hotline", column="sealed", table="hotline_incomingmail", field="content")
    sealed_fields = (CONTENT,)
    # Not stored: true if the call that returned this row created it.
    is_new = False

    field_inventory: ClassVar = {
        (data_inventory.SEALED, data_inventory.WORDS_RULE): "sealed",
        (data_inventory.DIGEST, data_inventory.IDENTITY_RULE): "identity",
        (data_inventory.CODES, data_inventory.IDENTITY_RULE): (
            "kind reason report package received_at size state handled_at"
        ),
        (data_inventory.STAFF, data_inventory.IDENTITY_RULE): "handled_by",
    }

    class Meta:
        verbose_name = _("e-mail message")
        verbose_name_plural = _("e-mail messages")
        constraints = [
            models.CheckConstraint(condition=Q(identity__length=32), name="mail_identity_whole"),
            models.CheckConstraint(condition=Q(kind__in=MailKind.values), name="mail_kind_known"),
            models.CheckConstraint(
                condition=~Q(kind__in=["report", "reply"]) | Q(report__isnull=False), name="mail_report_whole"
            ),
            # A message that became no report keeps its sealed content.
            models.CheckConstraint(
                condition=Q(kind__in=["report", "reply", "notice"]) | Q(sealed__isnull=False), name="mail_content_kept"
            ),
            models.CheckConstraint(
                condition=~Q(kind="unreadable") | ~Q(reason="") & ~Q(state=""), name="mail_unreadable_whole"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["", "open"], handled_at__isnull=True)
                | Q(state__in=["reported", "nothing"], handled_at__isnull=False),
                name="mail_handled_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "-id"], name="mail_kind"),
            # Nearly all messages become reports and need no review.
            models.Index(fields=["state", "-id"], name="mail_state", condition=~Q(state="")),
        ]

    def __str__(self) -> str:
        return f"M-{self.pk:06d}"


class MailboxError(models.TextChoices):
    """Errors while reading the mailbox."""

    UNREACHABLE = MailboxErrorCode.UNREACHABLE.value, MailboxErrorCode.UNREACHABLE.label
    TIMEOUT = MailboxErrorCode.TIMEOUT.value, MailboxErrorCode.TIMEOUT.label
    CERTIFICATE = MailboxErrorCode.CERTIFICATE.value, MailboxErrorCode.CERTIFICATE.label
    LOGIN = MailboxErrorCode.LOGIN.value, MailboxErrorCode.LOGIN.label
    BUSY = MailboxErrorCode.BUSY.value, MailboxErrorCode.BUSY.label
    FOLDER = MailboxErrorCode.FOLDER.value, MailboxErrorCode.FOLDER.label
    BROKEN = MailboxErrorCode.BROKEN.value, MailboxErrorCode.BROKEN.label
    NONSENSE = MailboxErrorCode.NONSENSE.value, MailboxErrorCode.NONSENSE.label
    FULL = MailboxErrorCode.FULL.value, MailboxErrorCode.FULL.label
    REMOVAL = MailboxErrorCode.REMOVAL.value, MailboxErrorCode.REMOVAL.label
    INTERRUPTED = MailboxErrorCode.INTERRUPTED.value, MailboxErrorCode.INTERRUPTED.label
    SEALING = "sealing", pgettext_lazy("mailbox", "messages cannot be sealed, the public keys are missing")
    SETTINGS = MailboxErrorCode.SETTINGS.value, MailboxErrorCode.SETTINGS.label


class MailboxState(models.Model):
    """State of the mailbox; a single row, created by the first run.

    `held_by` is the token of the reading run, valid until `held_until`. `at_uid` is the message being read, a UID
    of `uid_validity`. After an aborted run the next one starts behind it, so that one message cannot block the
    others. `cleaned_on` is the day (UTC) of the last clean-up of the folders of processed messages.
    """

    last_success = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    error = models.CharField(max_length=12, choices=MailboxError, blank=True)
    held_by = models.UUIDField(null=True)
    held_until = models.DateTimeField(null=True)
    uid_validity = models.BigIntegerField(null=True)
    at_uid = models.BigIntegerField(null=True)
    cleaned_on = models.DateField(null=True)

    field_inventory: ClassVar = {
        (data_inventory.CODES, data_inventory.UNTIL_REPLACED): (
            "last_success failing_since error held_by held_until uid_validity at_uid cleaned_on"
        ),
    }

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="one_mailbox"),
            models.CheckConstraint(
                condition=Q(failing_since__isnull=True, error="") | Q(failing_since__isnull=False) & ~Q(error=""),
                name="mailbox_failure_whole",
            ),
            models.CheckConstraint(
                condition=Q(held_by__isnull=True, held_until__isnull=True)
                | Q(held_by__isnull=False, held_until__isnull=False),
                name="mailbox_hold_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.error or "ok"
