"""Daily exposure of each analyst, breaks, and display preferences."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hotline import data_inventory


class ExposureCount(models.Model):
    """One person's exposure on one day (Belgrade), without data about cases.

    It has the number of opened pictures, texts and messages. `elsewhere` is the number of addresses opened outside the
    portal.

    `stretch_began_at` is the first opening since the last break, `last_at` the last one. `break_ends_at` is in the
    future during a break.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="exposures")
    day = models.DateField(_("day"))
    pictures = models.PositiveIntegerField(_("pictures"), default=0, db_default=0)
    texts = models.PositiveIntegerField(_("texts"), default=0, db_default=0)
    messages = models.PositiveIntegerField(_("messages"), default=0, db_default=0)
    elsewhere = models.PositiveIntegerField(_("opened elsewhere"), default=0, db_default=0)
    stretch_began_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    breaks = models.PositiveSmallIntegerField(_("breaks"), default=0, db_default=0)
    break_began_at = models.DateTimeField(_("last break"), null=True)
    break_ends_at = models.DateTimeField(null=True)

    field_inventory: ClassVar = {
        (data_inventory.STAFF, data_inventory.WITH_THE_ACCOUNT): "user",
        (data_inventory.CODES, data_inventory.WITH_THE_ACCOUNT): (
            "day pictures texts messages elsewhere stretch_began_at last_at breaks break_began_at break_ends_at"
        ),
    }

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
        """The total; each opened thing counts once."""
        return self.pictures + self.texts + self.messages + self.elsewhere


class DisplayPreference(models.Model):
    """One person's display preferences.

    `blurred_first`: a revealed picture is blurred, and sharp after a second click. `single_keys`: single letters and
    digits are shortcuts; without them only Enter, Escape and combinations with Ctrl are (WCAG 2.1.4).
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="desk_choice")
    blurred_first = models.BooleanField(_("blurred first"), default=True, db_default=True)
    single_keys = models.BooleanField(_("single-letter keys"), default=True, db_default=True)

    field_inventory: ClassVar = {
        (data_inventory.STAFF, data_inventory.WITH_THE_ACCOUNT): "user",
        (data_inventory.CODES, data_inventory.WITH_THE_ACCOUNT): "blurred_first single_keys",
    }

    class Meta:
        verbose_name = _("display preference")
        verbose_name_plural = _("display preferences")

    def __str__(self) -> str:
        return f"choice of user {self.user_id}"
