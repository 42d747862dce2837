"""The audit trail, the content's generation, loaded seed content, tasks that failed for good, how far mailboxes have been read."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clicksafely.common import data_inventory
from clicksafely.common.mail.errors import MailboxErrorCode


class AuditEvent(models.Model):
    """One thing that somebody did or that happened. Append-only: a trigger refuses UPDATE and DELETE.

    `data` holds ids and codes, never personal data. `txid` orders the events for the chainer.
    """

    at = models.DateTimeField(_("time"))
    action = models.CharField(_("action"), max_length=64)
    # A plain number, not a foreign key: an event outlives the account and must not change when that goes.
    actor_id = models.BigIntegerField(_("actor"), null=True)
    subject_table = models.CharField(_("subject table"), max_length=64)
    subject_id = models.BigIntegerField(_("subject"), null=True)
    data = models.JSONField(_("data"), default=dict)
    txid = models.BigIntegerField(db_default=RawSQL("pg_current_xact_id()::text::bigint", ()), editable=False)

    field_inventory: ClassVar = {
        (data_inventory.STAFF, data_inventory.PERMANENT): "actor_id",
        (data_inventory.CODES, data_inventory.PERMANENT): "at action subject_table subject_id data txid",
    }

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        indexes = [
            models.Index(fields=["subject_table", "subject_id", "id"], name="audit_subject"),
            # What somebody did since a time; what reporters and tasks do is not in it.
            models.Index(fields=["actor_id", "at"], name="audit_actor", condition=models.Q(actor_id__isnull=False)),
            models.Index(fields=["action", "-id"], name="audit_action"),
            models.Index(fields=["txid", "id"], name="audit_txid"),
        ]

    def __str__(self) -> str:
        return f"{self.action} #{self.pk}"


class AuditLink(models.Model):
    """The place of an event in the chain: `mac` covers the event and the link before it."""

    event = models.OneToOneField(AuditEvent, on_delete=models.PROTECT, primary_key=True, related_name="link")
    seq = models.BigIntegerField(unique=True)
    mac = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"link {self.seq}"


class ContentVersion(models.Model):
    """A single row; see `common.generation`."""

    number = models.BigIntegerField(default=1)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_generation")]

    def __str__(self) -> str:
        return str(self.number)


class LoadedContent(models.Model):
    """A row that `load_content` wrote. `kind` is its model, `key` its key in the content file, `digests` those of the values written, by field.

    The row of the table stays when an editor deletes the content.
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
    """Whether a failed task still waits for somebody."""

    OPEN = "open", pgettext_lazy("failed task", "failed")
    RETRIED = "retried", pgettext_lazy("failed task", "running again")
    DONE = "done", pgettext_lazy("failed task", "settled")


class FailedTask(models.Model):
    """A task with certain arguments that failed for good; one row, counted up, however often that happens. See `common.failedtasks`.

    `kwargs` holds ids and codes, or is null where the task was given anything else; `error` is the class of the exception, for its
    message may quote what somebody wrote; `tries` counts all runs in vain.
    """

    task = models.CharField(_("task"), max_length=100)
    kwargs = models.JSONField(_("arguments"), null=True)
    # The SHA-256 of name and arguments.
    digest = models.BinaryField(max_length=32, unique=True, editable=False)
    error = models.CharField(_("error"), max_length=200)
    tries = models.PositiveIntegerField(_("tries"))
    first_failed_at = models.DateTimeField(_("failed first"))
    failed_at = models.DateTimeField(_("failed last"))
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
        permissions = [("retry_failedtask", "Can run failed tasks again")]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=FailedTaskState.values), name="failed_task_state_known")
        ]
        indexes = [models.Index(fields=["state", "-id"], name="failed_task_state")]

    def __str__(self) -> str:
        return f"{self.task} #{self.pk}"


class BounceCursor(models.Model):
    """How far a mailbox has been gone through for what came back undelivered: a row for each address of ours.

    `uid` is the last message that need not be looked at again, a UID of `uid_validity` (RFC 3501, 2.3.1.1). `held_by` is the token of the
    run that is at it, until `held_until` at the latest. `interrupted_uid` is the message that the last runs broke off at, `tries` times in a row.
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
