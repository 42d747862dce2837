"""Suspicions by staff that a picture shows child sexual abuse material."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline import data_inventory
from hotline.models.sealed_content import Upload


class SuspicionWithdrawReason(models.TextChoices):
    """Reasons to withdraw a suspicion."""

    SLIP = "slip", pgettext_lazy("suspicion", "the wrong button was pressed")
    RECONSIDERED = "reconsidered", pgettext_lazy("suspicion", "the person who raised the suspicion no longer holds it")


class Suspicion(models.Model):
    """One person's suspicion.

    The picture stays locked while it is active; another person, a supervisor, may withdraw it.
    """

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="suspicions")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField(_("suspected"))
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)
    withdraw_reason = models.CharField(_("why"), max_length=12, choices=SuspicionWithdrawReason, blank=True)

    field_inventory: ClassVar = {
        (data_inventory.CODES, data_inventory.WORDS_RULE): "upload raised_at withdrawn_at withdraw_reason",
        (data_inventory.STAFF, data_inventory.WORDS_RULE): "author withdrawn_by",
    }

    class Meta:
        verbose_name = _("suspicion")
        verbose_name_plural = _("suspicions")
        constraints = [
            models.UniqueConstraint(
                fields=["upload"], condition=Q(withdrawn_at__isnull=True), name="one_active_suspicion"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdraw_reason="")
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdraw_reason=""),
                name="suspicion_withdrawn_whole",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_by__isnull=True) | ~Q(withdrawn_by=F("author")),
                name="suspicion_withdrawn_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"suspicion about picture {self.upload_id}"
