"""Partners that report through the API: organisations, their keys, their reports and their webhooks."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clicksafely.common.http.webhooks import WebhookErrorCode
from clicksafely.common.queue.outgoing import QueuedRow, QueueError
from hotline import data_inventory
from hotline.models.report import Report

REFERENCE_PATTERN = r"^[A-Za-z0-9._:+/-]{1,64}$"


class Partner(models.Model):
    """An organisation that may send reports. `reports_per_hour` None means `REPORTS_PER_HOUR` of intake.api."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=100, unique=True)
    contact = models.EmailField(
        _("technical contact"),
        blank=True,
        help_text=_("E-mail of the partner's technical contact. The portal does not write to it."),
    )
    active = models.BooleanField(
        pgettext_lazy("partner", "active"),
        default=True,
        help_text=_("Clear the box to refuse all keys of this partner at once."),
    )
    reports_per_hour = models.PositiveIntegerField(
        _("reports per hour"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Empty: the general limit for partners."),
    )
    created_at = models.DateTimeField(pgettext_lazy("partner", "created"), editable=False)

    impersonal_fields: ClassVar = "name"
    field_inventory: ClassVar = {
        (data_inventory.STAFF_TEXT, data_inventory.UNTIL_CHANGED): "contact",
    }

    class Meta:
        verbose_name = _("reporting partner")
        verbose_name_plural = _("reporting partners")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reports_per_hour__isnull=True) | Q(reports_per_hour__gte=1), name="partner_limit_positive"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="partner_named"),
        ]

    def __str__(self) -> str:
        return self.name


class PartnerKey(models.Model):
    """An API key, stored as SHA-256. `prefix` is its public part, by which it is found.

    `last_used_at` is rounded down to the hour. Keys are never deleted, so that their reports and revocation stay
    known.
    """

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="keys")
    label = models.CharField(_("purpose of the key"), max_length=60)
    prefix = models.CharField(max_length=8, unique=True, editable=False)
    digest = models.BinaryField(max_length=32, editable=False)
    created_at = models.DateTimeField(pgettext_lazy("partner", "created"), editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    revoked_at = models.DateTimeField(pgettext_lazy("key", "revoked"), null=True, editable=False)

    field_inventory: ClassVar = {
        (data_inventory.DIGEST, data_inventory.KEPT): "digest",
        (data_inventory.STAFF_TEXT, data_inventory.KEPT): "label",
        (data_inventory.CODES, data_inventory.KEPT): "partner prefix created_at last_used_at revoked_at",
        (data_inventory.STAFF, data_inventory.KEPT): "created_by",
    }

    class Meta:
        verbose_name = _("partner key")
        verbose_name_plural = _("partner keys")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Exact(Length("digest"), 32), name="partner_key_digest_whole"),
            models.CheckConstraint(condition=~Q(prefix=""), name="partner_key_prefix"),
            # A form sent twice creates one key.
            models.UniqueConstraint(
                fields=["partner", "label"], condition=Q(revoked_at__isnull=True), name="one_valid_key_a_label"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | Q(revoked_at__gte=F("created_at")),
                name="partner_key_revoked_after",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prefix}…"


class ReportStatus(models.TextChoices):
    """The status of a report as its partner learns it: codes of the API."""

    RECEIVED = "received", pgettext_lazy("status for partners", "received")
    IN_PROGRESS = "in_progress", pgettext_lazy("status for partners", "in progress")
    CLOSED = "closed", pgettext_lazy("status for partners", "closed")


class PartnerReport(models.Model):
    """A report sent by a partner. `uuid` is the id returned to the partner; `reference` is the partner's own number.

    `reference` is stored in clear, so it is a code without spaces, which keeps names out. `told_status` is the last one for which a
    webhook was planned, as of the hour `status_checked_at`.
    """

    report = models.OneToOneField(Report, on_delete=models.CASCADE, related_name="partner_report")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="partner_reports")
    key = models.ForeignKey(PartnerKey, on_delete=models.PROTECT, related_name="+")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reference = models.CharField(max_length=64, blank=True)
    told_status = models.CharField(max_length=12, choices=ReportStatus, blank=True, default="", db_default="")
    status_checked_at = models.DateTimeField(null=True)

    field_inventory: ClassVar = {
        (data_inventory.STAFF_TEXT, data_inventory.IDENTITY_RULE): "reference",
        (data_inventory.CODES, data_inventory.KEPT): "report partner key told_status status_checked_at",
    }

    class Meta:
        verbose_name = _("report of a partner")
        verbose_name_plural = _("reports of partners")
        constraints = [
            models.CheckConstraint(
                condition=Q(reference="") | Q(reference__regex=REFERENCE_PATTERN), name="partner_reference_is_code"
            ),
            models.CheckConstraint(
                condition=Q(told_status="", status_checked_at__isnull=True)
                | Q(told_status__in=ReportStatus.values, status_checked_at__isnull=False),
                name="partner_told_status_known",
            ),
        ]
        indexes = [
            # Reports whose status may still change, the longest unchecked first.
            models.Index(
                F("partner"),
                F("status_checked_at").asc(nulls_first=True),
                F("id"),
                name="partner_report_to_check",
                condition=~Q(told_status="closed"),
            )
        ]

    def __str__(self) -> str:
        return f"report {self.report_id} of partner {self.partner_id}"


class PartnerRequest(models.Model):
    """An idempotency key used by a partner with one body.

    Only digests (SHA-256) are stored: the request determines the response.
    """

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="+")
    key_digest = models.BinaryField(max_length=32, editable=False)
    body_digest = models.BinaryField(max_length=32, editable=False)
    created_at = models.DateTimeField(db_index=True)

    field_inventory: ClassVar = {
        (data_inventory.DIGEST, data_inventory.SEVEN_DAYS): "key_digest body_digest",
        (data_inventory.CODES, data_inventory.SEVEN_DAYS): "partner created_at",
    }

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partner", "key_digest"], name="one_request_a_key")]

    def __str__(self) -> str:
        return f"request {self.pk} of partner {self.partner_id}"


class WebhookStop(models.TextChoices):
    """The reason that nothing is sent to a webhook."""

    STAFF = "staff", pgettext_lazy("webhook", "switched off by staff")
    FAILING = "failing", pgettext_lazy("webhook", "no message was accepted for three days")
    GONE = "gone", pgettext_lazy("webhook", "the partner's server refuses all messages (410)")
    REFUSED = "refused", pgettext_lazy("webhook", "the administrator no longer permits its host")
    SECRET = "secret", pgettext_lazy("webhook", "MAIL_SECRET has changed: set the address again")
    RESTORED = "restored", pgettext_lazy("webhook", "a backup was restored")


class WebhookError(models.TextChoices):
    """Cause of the last failed attempt of a webhook."""

    INTERRUPTED = QueueError.INTERRUPTED.value, QueueError.INTERRUPTED.label
    REFUSED = WebhookErrorCode.REFUSED.value, WebhookErrorCode.REFUSED.label
    PRIVATE = WebhookErrorCode.PRIVATE.value, WebhookErrorCode.PRIVATE.label
    UNREACHABLE = WebhookErrorCode.UNREACHABLE.value, WebhookErrorCode.UNREACHABLE.label
    ENCRYPTION = WebhookErrorCode.ENCRYPTION.value, WebhookErrorCode.ENCRYPTION.label
    SILENT = WebhookErrorCode.SILENT.value, WebhookErrorCode.SILENT.label
    ANSWER = "answer", pgettext_lazy("webhook", "the server did not accept the message")
    GONE = "gone", WebhookStop.GONE.label
    SECRET = "secret", WebhookStop.SECRET.label
    UNFORESEEN = QueueError.UNFORESEEN.value, QueueError.UNFORESEEN.label


class PartnerWebhook(QueuedRow):
    """The address to which changed statuses are sent for a partner, and the queue of its messages.

    Messages are sent in order. The secret that signs the messages is encrypted under MAIL_SECRET. `due_at` is NULL if
    no message waits or the webhook is stopped.
    """

    partner = models.OneToOneField(Partner, on_delete=models.PROTECT, related_name="webhook")
    url = models.CharField(_("address of the webhook"), max_length=500)
    encrypted_secret = models.BinaryField(editable=False)
    set_at = models.DateTimeField(editable=False)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    stopped_at = models.DateTimeField(null=True, editable=False)
    stop = models.CharField(max_length=8, choices=WebhookStop, blank=True, editable=False)
    error = models.CharField(_("last error"), max_length=12, choices=WebhookError, blank=True)

    field_inventory: ClassVar = {
        (data_inventory.STAFF_TEXT, data_inventory.UNTIL_CHANGED): "url",
        (data_inventory.ENCRYPTED, data_inventory.UNTIL_CHANGED): "encrypted_secret",
        (data_inventory.CODES, data_inventory.UNTIL_CHANGED): (
            "partner set_at stopped_at stop due_at attempts failing_since error"
        ),
        (data_inventory.STAFF, data_inventory.UNTIL_CHANGED): "set_by",
    }

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="webhook_due", condition=Q(due_at__isnull=False))]
        constraints = [
            models.CheckConstraint(
                condition=Q(stop="", stopped_at__isnull=True)
                | Q(stop__in=WebhookStop.values, stopped_at__isnull=False, due_at__isnull=True),
                name="webhook_stopped_whole",
            ),
            models.CheckConstraint(condition=Q(url__regex=r"^https?://"), name="webhook_url_of_web"),
        ]

    def __str__(self) -> str:
        return f"webhook of partner {self.partner_id}"


class WebhookMessage(models.Model):
    """A message to a partner's webhook, and the log of its delivery. `uuid` is the id of the event.

    Without a report it is a test. `hour` is the hour in which the status was found changed. `answer` is the last HTTP status.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    webhook = models.ForeignKey(PartnerWebhook, on_delete=models.CASCADE, related_name="messages")
    partner_report = models.ForeignKey(
        PartnerReport, on_delete=models.CASCADE, null=True, related_name="webhook_messages"
    )
    status = models.CharField(max_length=12, choices=ReportStatus, blank=True)
    hour = models.DateTimeField(db_index=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    answer = models.PositiveSmallIntegerField(null=True)
    delivered = models.BooleanField(default=False)

    field_inventory: ClassVar = {
        (data_inventory.CODES, data_inventory.THIRTY_DAYS): (
            "webhook partner_report status hour attempts answer delivered"
        ),
    }

    class Meta:
        verbose_name = _("webhook message")
        verbose_name_plural = _("webhook messages")
        constraints = [
            models.CheckConstraint(
                condition=Q(partner_report__isnull=True, status="")
                | Q(partner_report__isnull=False, status__in=ReportStatus.values),
                name="webhook_message_whole",
            )
        ]
        indexes = [
            models.Index(fields=["webhook", "id"], name="webhook_waiting", condition=Q(delivered=False)),
            models.Index(fields=["webhook", "-id"], name="webhook_log"),
        ]

    def __str__(self) -> str:
        return f"message {self.pk} of webhook {self.webhook_id}"
