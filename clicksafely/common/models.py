"""Models of what all apps share: audit trail, content, failed tasks, unsaved forms, fingerprints, bounce mailboxes."""

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clicksafely.common import data_inventory
from clicksafely.common.mail.errors import MailboxErrorCode


class AuditEvent(models.Model):
    """A recorded action or event. Append-only: a trigger rejects DELETE, and every UPDATE but the erasure of `txid`.

    `data` holds IDs and codes, never personal data. `txid` orders the events for linking, which erases it: it would date the event.
    """

    at = models.DateTimeField(_("time"))
    action = models.CharField(_("action"), max_length=64)
    # A plain number, not a foreign key: an event outlives the account and must not change with it.
    actor_id = models.BigIntegerField(_("actor"), null=True)
    subject_table = models.CharField(_("subject table"), max_length=64)
    subject_id = models.BigIntegerField(_("subject"), null=True)
    data = models.JSONField(_("data"), default=dict)
    txid = models.BigIntegerField(
        null=True, db_default=RawSQL("pg_current_xact_id()::text::bigint", ()), editable=False
    )

    field_inventory: ClassVar = {
        (data_inventory.STAFF, data_inventory.PERMANENT): "actor_id",
        (data_inventory.CODES, data_inventory.PERMANENT): "at action subject_table subject_id data",
        (data_inventory.CODES, data_inventory.UNTIL_LINKED): "txid",
    }

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        permissions = [("export_auditevent", _("Can export the audit trail"))]
        indexes = [
            models.Index(fields=["subject_table", "subject_id", "id"], name="audit_subject"),
            # Actions of staff since a time, excluding those of reporters and tasks.
            models.Index(fields=["actor_id", "at"], name="audit_actor", condition=models.Q(actor_id__isnull=False)),
            models.Index(fields=["action", "-id"], name="audit_action"),
            models.Index(fields=["txid", "id"], name="audit_unlinked", condition=models.Q(txid__isnull=False)),
            # Rows are in the order of their time, so a few kilobytes suffice.
            BrinIndex(fields=["at"], name="audit_at"),
        ]

    def __str__(self) -> str:
        return f"{self.action} #{self.pk}"


class AuditLink(models.Model):
    """The position of an event in the chain: `mac` covers the event and the previous link.

    `mac_without_txid` belongs to links of version 1.0.0, whose `mac` covers the transaction number too (`audit.chain.StoredLink`).
    """

    event = models.OneToOneField(AuditEvent, on_delete=models.PROTECT, primary_key=True, related_name="link")
    seq = models.BigIntegerField(unique=True)
    mac = models.BinaryField(max_length=32)
    mac_without_txid = models.BinaryField(max_length=32, null=True)

    impersonal_fields: ClassVar = "mac mac_without_txid"

    def __str__(self) -> str:
        return f"link {self.seq}"


# Events are linked every few seconds. Times of public events are rounded down to the hour, so they may look an hour older.
MAX_UNLINKED_AGE = timedelta(minutes=10) + timedelta(hours=1)


class ChainFaultKind(models.TextChoices):
    """The fault of the first invalid link of the audit chain."""

    NO_LINK = "no_link", pgettext_lazy("audit chain", "a link was removed")
    NO_EVENT = "no_event", pgettext_lazy("audit chain", "an event was removed")
    ORDER = "order", pgettext_lazy("audit chain", "the order of events was changed")
    EVENT = "event", pgettext_lazy("audit chain", "an event was changed")
    LINK = "link", pgettext_lazy("audit chain", "a link was changed")
    EITHER = "either", pgettext_lazy("audit chain", "an event or its link was changed")
    NO_HEAD = (
        "no_head",
        pgettext_lazy("audit chain", "the chain was cut off or written again: the expected head is missing"),
    )


class AuditVerification(models.Model):
    """A verification of the whole audit chain from the staff site, which a task does in parts. One at a time is unfinished.

    `links` is the number of links at the start. `head_seq` and `head_mac` are the last valid link so far. `seal`
    authenticates them between two parts. `expected` is an earlier head to be found, or "".
    """

    requested_at = models.DateTimeField(_("time"))
    # As AuditEvent.actor_id.
    requested_by = models.BigIntegerField(_("person"))
    expected = models.CharField(max_length=90, blank=True)
    links = models.BigIntegerField()
    head_seq = models.BigIntegerField(default=0)
    head_mac = models.BinaryField(max_length=32)
    met_expected = models.BooleanField(default=False)
    seal = models.BinaryField(max_length=32)
    finished_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=8, blank=True, choices=ChainFaultKind.choices)
    fault_link = models.BigIntegerField(null=True)
    fault_event = models.BigIntegerField(null=True)
    unlinked = models.BigIntegerField(default=0)
    unlinked_since = models.DateTimeField(null=True)

    field_inventory: ClassVar = {
        (data_inventory.STAFF, data_inventory.PERMANENT): "requested_by",
        (data_inventory.CODES, data_inventory.PERMANENT): (
            "requested_at expected links head_seq head_mac met_expected seal finished_at fault fault_link "
            "fault_event unlinked unlinked_since"
        ),
    }

    class Meta:
        verbose_name = _("verification of the audit trail")
        verbose_name_plural = _("verifications of the audit trail")
        default_permissions = ("add", "view")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                models.Value(1), condition=models.Q(finished_at__isnull=True), name="one_unfinished_verification"
            ),
        ]

    def __str__(self) -> str:
        return f"verification {self.pk}"

    @property
    def is_linking_late(self) -> bool:
        """Whether an event had no link for too long at the end of the run.

        Linking takes seconds, and times may be rounded down to the hour.
        """
        return bool(
            self.finished_at and self.unlinked_since and self.finished_at - self.unlinked_since > MAX_UNLINKED_AGE
        )

    @property
    def percent(self) -> int:
        """The verified part of the chain, in percent."""
        return min(100, 100 * self.head_seq // self.links) if self.links else 100


class ContentVersion(models.Model):
    """A single row; see `common.page_cache.generation`."""

    number = models.BigIntegerField(default=1)

    impersonal_fields: ClassVar = ""

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_generation")]

    def __str__(self) -> str:
        return str(self.number)


class LoadedContent(models.Model):
    """A row written by `load_content`.

    `kind` is its model, `key` its key in the content file, `digests` those of the values written, by field.

    This row remains when an editor deletes the content.
    """

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    object_id = models.PositiveBigIntegerField()
    digests = models.JSONField()

    field_inventory: ClassVar = {(data_inventory.CODES, data_inventory.PERMANENT): "kind key object_id digests"}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="content_loaded_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class FailedTaskState(models.TextChoices):
    """Whether a failed task requires a decision."""

    OPEN = "open", pgettext_lazy("failed task", "failed")
    RETRIED = "retried", pgettext_lazy("failed task", "restarted")
    DONE = "done", pgettext_lazy("failed task", "resolved")


class FailedTask(models.Model):
    """A task with certain arguments that failed permanently; repeated failures update the same row. See `common.queue.failed_tasks`.

    `kwargs` holds IDs and codes, or is null if the task had other arguments. `error` is the class of the exception, because its message
    may quote personal data. `tries` counts all failed runs.
    """

    task = models.CharField(_("task"), max_length=100)
    kwargs = models.JSONField(_("arguments"), null=True)
    # The SHA-256 of name and arguments.
    digest = models.BinaryField(max_length=32, unique=True, editable=False)
    error = models.CharField(_("error"), max_length=200)
    tries = models.PositiveIntegerField(_("attempts"))
    first_failed_at = models.DateTimeField(_("first failure"))
    failed_at = models.DateTimeField(_("last failure"))
    state = models.CharField(
        _("state"), max_length=8, choices=FailedTaskState, default=FailedTaskState.OPEN, db_default=FailedTaskState.OPEN
    )

    field_inventory: ClassVar = {
        (
            data_inventory.CODES,
            data_inventory.PERMANENT,
        ): "task kwargs digest error tries first_failed_at failed_at state"
    }

    class Meta:
        verbose_name = _("failed task")
        verbose_name_plural = _("failed tasks")
        permissions = [("retry_failedtask", _("Can run failed tasks again"))]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=FailedTaskState.values), name="failed_task_state_known")
        ]
        indexes = [models.Index(fields=["state", "-id"], name="failed_task_state")]

    def __str__(self) -> str:
        return f"{self.task} #{self.pk}"


class SecretFingerprint(models.Model):
    """The value of a secret that the rows of this database belong to, as an HMAC under that secret
    (`common.crypto.secret_fingerprints`).
    """

    name = models.CharField(max_length=40, primary_key=True)
    fingerprint = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()

    field_inventory: ClassVar = {
        (data_inventory.DIGEST, data_inventory.PERMANENT): "fingerprint",
        (data_inventory.CODES, data_inventory.PERMANENT): "name recorded_at",
    }

    def __str__(self) -> str:
        return self.name


class BounceCursor(models.Model):
    """Position up to which a mailbox was searched for bounces: a row for each address of the portal.

    `uid` is the last processed message, a UID of `uid_validity` (RFC 3501, 2.3.1.1). `held_by` is the lease token of the running task,
    valid until `held_until`. `interrupted_uid` is the message at which the last `tries` runs failed.
    """

    address = models.CharField(max_length=254, unique=True)
    uid_validity = models.BigIntegerField(default=0)
    uid = models.BigIntegerField(default=0)
    held_by = models.UUIDField(null=True)
    held_until = models.DateTimeField(null=True)
    interrupted_uid = models.BigIntegerField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=12, choices=MailboxErrorCode, blank=True)
    failing_since = models.DateTimeField(null=True)

    field_inventory: ClassVar = {
        (data_inventory.CODES, data_inventory.PERMANENT): (
            "address uid_validity uid held_by held_until interrupted_uid tries error failing_since"
        )
    }

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(held_by__isnull=True, held_until__isnull=True)
                | Q(held_by__isnull=False, held_until__isnull=False),
                name="bounce_hold_whole",
            ),
            models.CheckConstraint(
                condition=Q(interrupted_uid__isnull=True, tries=0) | Q(interrupted_uid__isnull=False, tries__gt=0),
                name="bounce_break_whole",
            ),
            models.CheckConstraint(
                condition=Q(failing_since__isnull=True, error="") | Q(failing_since__isnull=False) & ~Q(error=""),
                name="bounce_failure_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.address}: {self.error or 'ok'}"


class UnsavedForm(models.Model):
    """The unsaved values that an editor typed into a staff form, one row for each editor and form.

    `object_id` is 0 for a new record. `values` are lists of strings by field name, without files. Only forms of content
    to be published are kept: see `staff.autosave`.
    """

    editor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    object_id = models.PositiveBigIntegerField(default=0)
    saved_at = models.DateTimeField()
    values = models.JSONField()

    field_inventory: ClassVar = {
        (data_inventory.STAFF, data_inventory.UNTIL_SAVED): "editor",
        (data_inventory.STAFF_TEXT, data_inventory.UNTIL_SAVED): "values",
        (data_inventory.CODES, data_inventory.UNTIL_SAVED): "kind object_id saved_at",
    }

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(fields=("editor", "kind", "object_id"), name="one_unsaved_form_an_editor"),
        )
        indexes = (models.Index(fields=("saved_at",), name="unsaved_form_age"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"
