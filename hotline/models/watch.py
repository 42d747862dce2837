"""Content that was handed over and is looked at from time to time, until it is gone."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hotline.models.content import ContentItem
from hotline.states import Outcome


class Watch(models.Model):
    """The row is the queue: `next_check_at` not NULL is due then. `misses` counts checks in a row that did not find the content.

    `outcome` (removed, unavailable, moved) once it has ended; `gone_at` is when the first of the misses that ended it was seen.
    """

    item = models.OneToOneField(ContentItem, on_delete=models.PROTECT, related_name="watch")
    began_at = models.DateTimeField(_("since"))
    next_check_at = models.DateTimeField(_("next check"), null=True)
    checks = models.PositiveIntegerField(_("checks"), default=0)
    misses = models.PositiveSmallIntegerField(_("misses in a row"), default=0)
    checked_at = models.DateTimeField(_("last check"), null=True)
    result = models.CharField(_("last result"), max_length=16, blank=True)
    moved_to = models.TextField(_("leads to"), blank=True)
    gone_at = models.DateTimeField(_("gone since"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome, blank=True)

    class Meta:
        verbose_name = _("watch")
        verbose_name_plural = _("watches")
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, outcome="")
                | Q(ended_at__isnull=False, next_check_at__isnull=True) & ~Q(outcome=""),
                name="watch_end_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["next_check_at"], name="watch_due", condition=Q(next_check_at__isnull=False)),
            models.Index(fields=["ended_at"], name="watch_ended", condition=Q(ended_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"watch of item {self.item_id}"
