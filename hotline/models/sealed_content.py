"""What is stored sealed: the reporter's words and contact, uploads, and the dialogue."""

import uuid
from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clicksafely.common.crypto.key_rotation import SealedColumn, SealedFile
from hotline.models.report import Report


class TextField(models.TextChoices):
    """JSON objects: `words` of what the reporter wrote, `contact` of how to reach the reporter, `headers` of a message's header lines
    and `attached` of the names of what was attached to it.
    """

    WORDS = "words", pgettext_lazy("sealed text", "what the reporter wrote")
    CONTACT = "contact", pgettext_lazy("sealed text", "contact")
    HEADERS = "headers", pgettext_lazy("sealed text", "header lines")
    ATTACHED = "attached", pgettext_lazy("sealed text", "names of attachments")


class SealedText(models.Model):
    """Words or contact, sealed for the hotline under table `hotline_sealedtext`, the field's name and `uuid`."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="texts")
    field = models.CharField(max_length=8, choices=TextField)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sealed = models.BinaryField(editable=False)

    sealed_fields = (
        SealedColumn(ring="hotline", column="sealed", table="hotline_sealedtext", field=lambda text: text.field),
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "field"], name="one_text_a_field")]

    def __str__(self) -> str:
        return f"{self.field} of report {self.report_id}"


class Upload(models.Model):
    """A picture, stripped of metadata, sealed for the hotline (table `hotline_upload`, field `image`) in
    `MEDIA_ROOT/sealed/<uuid>`. Without a report until its form is sent; then swept.

    `locked_at`: suspected to show the sexual abuse of a child; from then on nobody opens it (rounded down to the hour). `packed_in` is the
    package for the police it was last put into, `handed_over_at` when that was delivered; then the file is erased, and the row stays as
    an empty marker with its hashes.
    """

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="uploads", null=True)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    size = models.PositiveIntegerField(_("size in bytes"))
    mime_type = models.CharField(max_length=32)
    stored_at = models.DateTimeField()
    locked_at = models.DateTimeField(null=True)
    packed_in = models.UUIDField(null=True, editable=False)
    handed_over_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    sealed_fields = (
        SealedFile(ring="hotline", path=lambda upload: sealed_path(upload.uuid), table="hotline_upload", field="image"),
    )

    class Meta:
        indexes = [
            models.Index(fields=["stored_at"], name="upload_unsent", condition=Q(report__isnull=True)),
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
    """Where the sealed bytes of an upload lie."""
    return Path(settings.MEDIA_ROOT) / "sealed" / str(upload)


class Direction(models.TextChoices):
    """Who wrote a message."""

    REPORTER = "reporter", pgettext_lazy("direction", "reporter")
    HOTLINE = "hotline", pgettext_lazy("direction", "hotline")


class Message(models.Model):
    """One message of the dialogue, sealed twice (table `hotline_message`, field `text`): for the hotline and for the reporter.

    `sent_at` is rounded down to the hour where the reporter wrote it.
    """

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="messages")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    direction = models.CharField(max_length=8, choices=Direction)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    sealed_hotline = models.BinaryField(editable=False)
    sealed_reporter = models.BinaryField(editable=False)
    sent_at = models.DateTimeField()

    # The reporter's copy stays as it is: only the receipt opens it.
    sealed_fields = (SealedColumn(ring="hotline", column="sealed_hotline", table="hotline_message", field="text"),)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"message {self.pk} of report {self.report_id}"
