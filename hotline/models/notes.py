"""Internal notes of a case: for those who work it, never for its reporter."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clicksafely.common.crypto.key_rotation import SealedColumn
from hotline.models.report import Report


class Note(models.Model):
    """One note, sealed for the hotline under table `hotline_note`, field `text`. Nobody changes one: a correction is a new note.

    The database refuses any change but that of `sealed`, which rotation of the keys makes, and lets a note go with its report only.
    """

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="notes")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField(editable=False)
    written_at = models.DateTimeField(_("written"))

    sealed_fields = (SealedColumn(ring="hotline", column="sealed", table="hotline_note", field="text"),)

    class Meta:
        verbose_name = _("internal note")
        verbose_name_plural = _("internal notes")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"note {self.pk} of report {self.report_id}"
