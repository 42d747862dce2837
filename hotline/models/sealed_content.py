"""Sealed content: the reporter's text and contact, uploads, and messages."""

import uuid
from collections.abc import Buffer
from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clicksafely.common.crypto.key_rotation import SealedColumn, SealedFile
from clicksafely.common.crypto.reporter_keys import ReporterKeyChanged, check_key
from clicksafely.common.crypto.sealing import seal_for_reporter
from hotline import data_inventory
from hotline.models.report import Report


class TextField(models.TextChoices):
    """Sealed JSON objects: the reporter's text, contact, header lines of an e-mail, names of attached files."""

    WORDS = "words", pgettext_lazy("sealed text", "reporter's text")
    CONTACT = "contact", pgettext_lazy("sealed text", "contact")
    HEADERS = "headers", pgettext_lazy("sealed text", "header lines")
    ATTACHED = "attached", pgettext_lazy("sealed text", "names of attachments")


class SealedText(models.Model):
    """Text or contact, sealed for the hotline under table `hotline_sealedtext`, the field's name and `uuid`.

    The UUID of the reporter's text is that of the report. The text of one report can therefore not be shown in another
    one.
    """

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="texts")
    field = models.CharField(max_length=8, choices=TextField)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sealed = models.BinaryField(editable=False)

    CONTENT = SealedColumn(
        ring="hotline", column="sealed", table="hotline_sealedtext", field=lambda text: str(text.field)
    )
    sealed_fields = (CONTENT,)

    field_inventory: ClassVar = {
        (data_inventory.SEALED, data_inventory.WORDS_RULE): "sealed",
        (data_inventory.CODES, data_inventory.WORDS_RULE): "report field",
    }

    class Meta:
        verbose_name = _("sealed text")
        verbose_name_plural = _("sealed texts")
        constraints = [models.UniqueConstraint(fields=["report", "field"], name="one_text_a_field")]

    def __str__(self) -> str:
        return f"{self.field} of report {self.report_id}"


class UploadState(models.TextChoices):
    """READY: re-encoded without metadata. WAITING: as uploaded, until the sealed worker has read it. UNREADABLE: as uploaded, for good."""

    READY = "ready", pgettext_lazy("state of a picture", "ready")
    WAITING = "waiting", pgettext_lazy("state of a picture", "being checked")
    UNREADABLE = "unreadable", pgettext_lazy("state of a picture", "cannot be read")


class Upload(models.Model):
    """A picture, in the state READY without metadata, sealed for the hotline in `MEDIA_ROOT/sealed/<uuid>`.

    Table and field of the seal are `hotline_upload` and `image`. The row has no report until its form or message is
    sent, and is deleted if that never happens. `message` is the message that it came with, None for pictures of the
    form. `stored_at` is rounded down to the hour. `attempts` counts how often the sealed worker has tried to read it.
    `locked_at` (rounded down to the hour): suspected child sexual abuse material, which staff cannot open from then on.
    `packed_in` is the last police package that contains it, `handed_over_at` the delivery. Then the file is erased, and
    the row stays as an empty marker with its hashes.
    """

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="uploads", null=True)
    message = models.ForeignKey("hotline.Message", on_delete=models.SET_NULL, related_name="uploads", null=True)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    size = models.PositiveIntegerField(_("size in bytes"))
    mime_type = models.CharField(max_length=32)
    state = models.CharField(max_length=10, choices=UploadState, default=UploadState.READY)
    attempts = models.PositiveSmallIntegerField(default=0)
    stored_at = models.DateTimeField()
    locked_at = models.DateTimeField(null=True)
    packed_in = models.UUIDField(null=True, editable=False)
    handed_over_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    IMAGE = SealedFile(
        ring="hotline", path=lambda upload: sealed_path(upload.uuid), table="hotline_upload", field="image"
    )
    sealed_fields = (IMAGE,)

    field_inventory: ClassVar = {
        (data_inventory.SEALED, data_inventory.WORDS_RULE): "file",
        (data_inventory.CODES, data_inventory.WORDS_RULE): (
            "report message size mime_type state attempts stored_at locked_at packed_in handed_over_at erased_at"
        ),
    }

    class Meta:
        verbose_name = _("uploaded picture")
        verbose_name_plural = _("uploaded pictures")
        indexes = [
            models.Index(fields=["stored_at"], name="upload_unsent", condition=Q(report__isnull=True)),
            models.Index(
                fields=["attempts", "id"],
                name="upload_to_read",
                condition=Q(state=UploadState.WAITING, report__isnull=False),
            ),
            models.Index(fields=["-id"], name="upload_locked", condition=Q(locked_at__isnull=False)),
            models.Index(
                fields=["report"],
                name="upload_awaits_police",
                condition=Q(locked_at__isnull=False, handed_over_at__isnull=True),
            ),
            models.Index(
                fields=["packed_in"], name="upload_packed", condition=Q(packed_in__isnull=False, erased_at__isnull=True)
            ),
            models.Index(
                fields=["id"], name="upload_to_erase", condition=Q(handed_over_at__isnull=False, erased_at__isnull=True)
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=UploadState.values), name="upload_state_known"),
            models.CheckConstraint(
                condition=Q(message__isnull=True) | Q(report__isnull=False), name="upload_of_message_has_report"
            ),
            models.CheckConstraint(
                condition=Q(handed_over_at__isnull=True) | Q(locked_at__isnull=False, packed_in__isnull=False),
                name="upload_handed_over_was_locked",
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True) | Q(handed_over_at__isnull=False),
                name="upload_erased_was_handed_over",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


def sealed_path(upload: uuid.UUID) -> Path:
    """Path of the sealed bytes of an upload."""
    return Path(settings.MEDIA_ROOT) / "sealed" / str(upload)


class Direction(models.TextChoices):
    """Author of a message."""

    REPORTER = "reporter", pgettext_lazy("direction", "reporter")
    HOTLINE = "hotline", pgettext_lazy("direction", "hotline")


class Message(models.Model):
    """One message, sealed twice (table `hotline_message`, field `text`): for the hotline and for the reporter.

    `sent_at` is rounded down to the hour for messages of reporters.
    """

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="messages")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    direction = models.CharField(max_length=8, choices=Direction)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    sealed_hotline = models.BinaryField(editable=False)
    sealed_reporter = models.BinaryField(editable=False)
    sent_at = models.DateTimeField()

    # Key rotation leaves the reporter's copy unchanged: only the report's code opens it.
    TEXT = SealedColumn(ring="hotline", column="sealed_hotline", table="hotline_message", field="text")
    sealed_fields = (TEXT,)

    field_inventory: ClassVar = {
        (data_inventory.SEALED, data_inventory.WORDS_RULE): "sealed_hotline",
        (data_inventory.FOR_READER, data_inventory.WORDS_RULE): "sealed_reporter",
        (data_inventory.CODES, data_inventory.WORDS_RULE): "report direction sent_at",
        (data_inventory.STAFF, data_inventory.WORDS_RULE): "author",
    }

    class Meta:
        verbose_name = _("message of a report")
        verbose_name_plural = _("messages of a report")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"message {self.pk} of report {self.report_id}"

    def seal_text(self, text: str, *, public_key: Buffer | None = None) -> None:
        """Seal `text` for the hotline and for the reporter, without saving the row.

        `public_key` is the reporter's, derived from the receipt. Without it, the stored one is used after a check of
        its tag. Raises ReporterKeyChanged.
        """
        if public_key is None:
            report = self.report
            check_key(report.reporter_key_tag, report.reporter_public_key, report.uuid)
            # Otherwise the text could have been moved to a report with another key.
            if report.texts.filter(field=TextField.WORDS).exclude(uuid=report.uuid).exists():
                raise ReporterKeyChanged
            public_key = report.reporter_public_key
        self.TEXT.seal(self, text.encode())
        self.sealed_reporter = seal_for_reporter(text.encode(), public_bytes=public_key, **self.TEXT.binding(self))
