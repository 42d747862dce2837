"""Hashes of files that came with reports; the files themselves are sealed (uploads) or were never kept."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline.models.report import Report
from hotline.models.sealed_content import Upload


class HashOrigin(models.TextChoices):
    """Whose file it was that was hashed."""

    UPLOAD = "upload", pgettext_lazy("hash origin", "picture of the web form")
    MAIL = "mail", pgettext_lazy("hash origin", "attached to a message")
    PARTNER = "partner", pgettext_lazy("hash origin", "hash sent by a partner")


class FileHash(models.Model):
    """One file: its digests in bytes, `pdq` 32 bytes where it is a picture that can be decoded, media type and size in bytes.

    A partner may send any one of the digests, hence all may be empty but one. A picture whose form is not sent yet has no report.
    `matched_at` is when it was last held against the lists in use, rounded down to the hour.
    """

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="file_hashes", null=True)
    upload = models.OneToOneField(Upload, on_delete=models.CASCADE, related_name="file_hash", null=True)
    origin = models.CharField(_("origin"), max_length=8, choices=HashOrigin)
    media_type = models.CharField(_("media type"), max_length=80, blank=True)
    size = models.PositiveBigIntegerField(_("size in bytes"), null=True)
    md5 = models.BinaryField(max_length=16, null=True)
    sha1 = models.BinaryField(max_length=20, null=True)
    sha256 = models.BinaryField(max_length=32, null=True)
    pdq = models.BinaryField(max_length=32, null=True)
    pdq_quality = models.PositiveSmallIntegerField(null=True)
    matched_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("hash of a file")
        verbose_name_plural = _("hashes of files")
        constraints = [
            models.CheckConstraint(
                condition=Q(md5__isnull=False) | Q(sha1__isnull=False) | Q(sha256__isnull=False) | Q(pdq__isnull=False),
                name="file_hash_has_digest",
            ),
            models.CheckConstraint(
                condition=Q(report__isnull=False) | Q(upload__isnull=False), name="file_hash_has_owner"
            ),
        ]
        indexes = [
            models.Index(fields=["id"], name="file_hash_unmatched", condition=Q(matched_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"file {self.pk} of report {self.report_id}"
