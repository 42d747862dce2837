"""Hashes of files received with reports, sealed (uploads) or never stored, and codes of reporters' own pictures."""

import json
import uuid
from typing import Any, ClassVar, NamedTuple

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clicksafely.common.crypto.key_rotation import SealedColumn
from hotline import data_inventory
from hotline.models.report import Report
from hotline.models.sealed_content import Upload


class HashOrigin(models.TextChoices):
    """Origin of a hashed file."""

    UPLOAD = "upload", pgettext_lazy("hash origin", "picture from the web form")
    MAIL = "mail", pgettext_lazy("hash origin", "attached to a message")
    PARTNER = "partner", pgettext_lazy("hash origin", "hash sent by a partner")


class Digests(NamedTuple):
    """Digests in bytes (MD5 16, SHA-1 20, SHA-256 32, PDQ 32), and the quality of the PDQ, 0 to 100.

    A partner may send any one of them. Pictures that can be decoded have a PDQ.
    """

    md5: bytes | None = None
    sha1: bytes | None = None
    sha256: bytes | None = None
    pdq: bytes | None = None
    pdq_quality: int | None = None


class SealedDigests(models.Model):
    """A row with sealed digests. `DIGESTS` is the sealed column `sealed`."""

    DIGESTS: ClassVar[SealedColumn]

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sealed = models.BinaryField(editable=False)

    class Meta:
        abstract = True

    def seal_digests(self, digests: Digests) -> None:
        """Seal `digests`, without saving the row. Raises NoPublicKey."""
        content = {
            name: value.hex() if isinstance(value, bytes) else value for name, value in digests._asdict().items()
        }
        self.DIGESTS.seal(self, json.dumps(content).encode())

    def open_digests(self) -> Digests:
        """Return the digests, for a match or a package. Raises SealError. The caller records the access."""
        content: dict[str, Any] = json.loads(self.DIGESTS.open(self))
        quality = content.pop("pdq_quality")
        digests = {name: bytes.fromhex(value) for name, value in content.items() if value is not None}
        return Digests(pdq_quality=quality, **digests)


class FileHash(SealedDigests):
    """The hashes of one file, sealed, its media type and its size in bytes.

    A picture has no report until its form is sent.
    `matched_at` is the time of the last match against the active lists, rounded down to the hour.
    """

    DIGESTS = SealedColumn(ring="hotline", column="sealed", table="hotline_filehash", field="digests")
    sealed_fields = (DIGESTS,)

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="file_hashes", null=True)
    upload = models.OneToOneField(Upload, on_delete=models.CASCADE, related_name="file_hash", null=True)
    origin = models.CharField(_("origin"), max_length=8, choices=HashOrigin)
    media_type = models.CharField(_("media type"), max_length=80, blank=True)
    size = models.PositiveBigIntegerField(_("size in bytes"), null=True)
    matched_at = models.DateTimeField(null=True)

    field_inventory: ClassVar = {
        (data_inventory.SEALED, data_inventory.WHILE_LISTED): "sealed",
        (data_inventory.CODES, data_inventory.WHILE_LISTED): "report upload origin media_type size matched_at",
    }

    class Meta:
        verbose_name = _("file hash")
        verbose_name_plural = _("file hashes")
        constraints = [
            models.CheckConstraint(
                condition=Q(report__isnull=False) | Q(upload__isnull=False), name="file_hash_has_owner"
            ),
        ]
        indexes = [
            models.Index(fields=["id"], name="file_hash_unmatched", condition=Q(matched_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"file {self.pk} of report {self.report_id}"


class OwnPicture(SealedDigests):
    """The code of a reporter's own picture, unverified: SHA-256 and, of most pictures, PDQ, computed in the browser and sealed.

    The picture was never sent. A code raises priorities only and is part of no export (ADR 0009). `matched_at` is the time of the
    comparison with other reports, rounded down to the hour.
    """

    DIGESTS = SealedColumn(ring="hotline", column="sealed", table="hotline_ownpicture", field="digests")
    sealed_fields = (DIGESTS,)

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="own_pictures")
    matched_at = models.DateTimeField(null=True)

    field_inventory: ClassVar = {
        (data_inventory.SEALED, data_inventory.WORDS_RULE): "sealed",
        (data_inventory.CODES, data_inventory.WORDS_RULE): "report matched_at",
    }

    class Meta:
        verbose_name = _("hash of an own picture")
        verbose_name_plural = _("hashes of own pictures")
        indexes = [
            models.Index(fields=["id"], name="own_picture_unmatched", condition=Q(matched_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"code {self.pk} of report {self.report_id}"


class OwnPictureMatch(models.Model):
    """Another report with the same or a similar picture, or with its code. `distance` is in bits of the PDQ, 0 for the same file."""

    own_picture = models.ForeignKey(OwnPicture, on_delete=models.CASCADE, related_name="matches")
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="own_picture_matches")
    distance = models.PositiveSmallIntegerField()
    matched_at = models.DateTimeField()

    field_inventory: ClassVar = {
        (data_inventory.CODES, data_inventory.WORDS_RULE): "own_picture report distance matched_at",
    }

    class Meta:
        verbose_name = _("match of an own picture")
        verbose_name_plural = _("matches of own pictures")
        constraints = [
            models.UniqueConstraint(fields=["own_picture", "report"], name="own_picture_matched_once"),
        ]

    def __str__(self) -> str:
        return f"code {self.own_picture_id} in report {self.report_id}"
