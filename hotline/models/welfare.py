"""How much each person at the hotline has been exposed to, a day at a time, which breaks they took, and how they want to see pictures."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ExposureCount(models.Model):
    """One person on one day (Belgrade): how many pictures, reporters' texts and messages they opened. Nothing about cases.

    `stretch_began_at` is the first opening since the last break, `last_at` the last one. `break_ends_at` lies ahead while they rest.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="exposures")
    day = models.DateField(_("day"))
    pictures = models.PositiveIntegerField(_("pictures"), default=0, db_default=0)
    texts = models.PositiveIntegerField(_("texts"), default=0, db_default=0)
    messages = models.PositiveIntegerField(_("messages"), default=0, db_default=0)
    stretch_began_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    breaks = models.PositiveSmallIntegerField(_("breaks"), default=0, db_default=0)
    break_began_at = models.DateTimeField(_("last break"), null=True)
    break_ends_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("exposure")
        verbose_name_plural = _("exposures")
        constraints = [
            models.UniqueConstraint(fields=["user", "day"], name="one_exposure_a_day"),
            models.CheckConstraint(
                condition=Q(break_began_at__isnull=True, break_ends_at__isnull=True, breaks=0)
                | Q(break_began_at__isnull=False, break_ends_at__isnull=False, breaks__gt=0),
                name="exposure_break_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"user {self.user_id} on {self.day}"

    @property
    def total(self) -> int:
        """All of it, each thing opened counted once."""
        return self.pictures + self.texts + self.messages


class DisplayPreference(models.Model):
    """How one person wants pictures shown. `blurred_first`: what is revealed is blurred, and sharp only when asked for once more."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="desk_choice")
    blurred_first = models.BooleanField(_("blurred first"), default=False, db_default=False)

    class Meta:
        verbose_name = _("choice for the desk")
        verbose_name_plural = _("choices for the desk")

    def __str__(self) -> str:
        return f"choice of user {self.user_id}"
