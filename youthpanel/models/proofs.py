"""An edition on its way: what is set before it is issued. Nobody outside sees it, and nothing of it is left once the edition is there."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modeltranslation.manager import MultilingualManager

from clicksafely.common import inventory
from youthpanel.models.papers import EditionFormat, WhitePaper


class Proof(models.Model):
    """The next edition of a White Paper while its files are being made: `content` is frozen already, `changes` are in `sr` and `en`.

    At most one a paper. Whoever makes its files holds it until `claimed_until`; `failed`: a file could not be made.
    """

    paper = models.OneToOneField(WhitePaper, on_delete=models.CASCADE, related_name="proof")
    content = models.JSONField()
    changes = models.TextField(_("what changed"), max_length=2000, blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    claimed_until = models.DateTimeField(null=True)
    failed = models.BooleanField(default=False)

    kept_data: ClassVar = {
        (inventory.PUBLISHED, inventory.UNTIL_ISSUED): "content changes changes_sr changes_en",
        (inventory.CODES, inventory.UNTIL_ISSUED): "paper asked_at claimed_until failed",
        (inventory.STAFF, inventory.UNTIL_ISSUED): "asked_by",
    }

    objects = MultilingualManager()

    class Meta:
        verbose_name = _("proof")
        verbose_name_plural = _("proofs")

    def __str__(self) -> str:
        return f"{self.paper_id}"


class ProofFile(models.Model):
    """A file of a proof that is there already: what stopped half-way goes on behind it."""

    proof = models.ForeignKey(Proof, on_delete=models.CASCADE, related_name="files")
    language = models.CharField(max_length=7, choices=settings.LANGUAGES)
    format = models.CharField(max_length=4, choices=EditionFormat)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    kept_data: ClassVar = {
        (inventory.PUBLISHED, inventory.UNTIL_ISSUED): "content",
        (inventory.CODES, inventory.UNTIL_ISSUED): "proof language format sha256",
    }

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("proof", "language", "format"), name="one_proof_a_language_and_format"),
            models.CheckConstraint(condition=Q(format__in=EditionFormat.values), name="proof_file_format_known"),
        )

    def __str__(self) -> str:
        return f"{self.proof_id} {self.language} {self.format}"
