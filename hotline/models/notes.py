"""Internal notes on a case, for staff only."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clicksafely.common.crypto.key_rotation import SealedColumn
from hotline import data_inventory
from hotline.models.report import Report


class Note(models.Model):
    """One note, sealed for the hotline under table `hotline_note`, field `text`.

    Notes are immutable: a correction is a new note. The database allows updates of `sealed` only (key rotation), and
    deletion only together with the report.
    """

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="notes")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField(editable=False)
    written_at = models.DateTimeField(_("written"))

    TEXT = SealedColumn(ring="hotline", column="sealed", table="hotline_note", field="text")
    sealed_fields = (TEXT,)

    field_inventory: ClassVar = {
        (data_inventory.SEALED, data_inventory.WORDS_RULE): "sealed",
        (data_inventory.CODES, data_inventory.WORDS_RULE): "report written_at",
        (data_inventory.STAFF, data_inventory.WORDS_RULE): "author",
    }

    class Meta:
        verbose_name = _("internal note")
        verbose_name_plural = _("internal notes")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"note {self.pk} of report {self.report_id}"
