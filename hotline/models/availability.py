"""Content that was handed over and is looked at from time to time, until it is gone: what is watched, and what was found when."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline.models.content_items import ContentItem
from hotline.states import Outcome


class CheckResult(models.TextChoices):
    """What a check of availability came to."""

    THERE = "there", pgettext_lazy("availability", "there")
    GONE = "gone", pgettext_lazy("availability", "gone")
    BLOCKED = "blocked", pgettext_lazy("availability", "blocked")
    PARKED = "parked", pgettext_lazy("availability", "a parking page or a home page in its place")
    MOVED = "moved", pgettext_lazy("availability", "leads to another site")
    UNREACHABLE = "unreachable", pgettext_lazy("availability", "cannot be reached")
    TROUBLE = "trouble", pgettext_lazy("availability", "the server has trouble")
    PRIVATE = "private", pgettext_lazy("availability", "leads into a private network: not followed")
    UNSURE = "unsure", pgettext_lazy("availability", "not clear")
    NOT_ASKED = "not_asked", pgettext_lazy("availability", "not asked for, by a rule")


# Three of them in a row, and it is not there any more; all others say nothing about that.
MISS_RESULTS = (CheckResult.GONE, CheckResult.BLOCKED, CheckResult.PARKED, CheckResult.UNREACHABLE)


class AttentionReason(models.TextChoices):
    """What somebody at the desk should look at, because no machine can tell."""

    BACK = "back", pgettext_lazy("watch", "it is there again")
    MOVED = "moved", pgettext_lazy("watch", "it moved, while something is still on its way")
    PRIVATE = "private", pgettext_lazy("watch", "it leads into a private network: do not follow it from here")
    UNCLEAR = "unclear", pgettext_lazy("watch", "the checks come to nothing: look at it yourself")
    NOT_ASKED = "not_asked", pgettext_lazy("watch", "a rule keeps machines away: look at it yourself")


class AvailabilityCheck(models.Model):
    """The row is the queue: `next_check_at` not NULL is due then. Whoever checks has it until `claimed_until`.

    `misses` counts checks in a row, at least an hour apart, that did not find the content; `gone_at` is when the first of them was,
    `missed_at` when the last that counts. `unclear` counts checks in a row that tell nothing. `country` (ISO 3166-1) and `network` (AS
    number) are where it was when it was handed over. `outcome` (removed, unavailable, moved) once it has ended; it is looked for a few
    times more then. What was handed over before `restarted_at`, when it moved or came back, may be handed over again.
    """

    item = models.OneToOneField(ContentItem, on_delete=models.PROTECT, related_name="watch")
    # A copy of the item's, so that no host is asked twice at once.
    host = models.CharField(_("host"), max_length=255, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    network = models.BigIntegerField(_("network (AS number)"), null=True)
    began_at = models.DateTimeField(_("since"))
    next_check_at = models.DateTimeField(_("next check"), null=True)
    claimed_until = models.DateTimeField(null=True, editable=False)
    checks = models.PositiveIntegerField(_("checks"), default=0)
    misses = models.PositiveSmallIntegerField(_("misses in a row"), default=0)
    missed_at = models.DateTimeField(null=True, editable=False)
    unclear = models.PositiveSmallIntegerField(_("checks in a row that tell nothing"), default=0)
    checked_at = models.DateTimeField(_("last check"), null=True)
    result = models.CharField(_("last result"), max_length=16, choices=CheckResult, blank=True)
    moved_to = models.TextField(_("leads to"), blank=True)
    gone_at = models.DateTimeField(_("gone since"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome, blank=True)
    restarted_at = models.DateTimeField(_("moved, or came back"), null=True)
    attention = models.CharField(_("to be looked at"), max_length=12, choices=AttentionReason, blank=True)

    class Meta:
        verbose_name = _("watch")
        verbose_name_plural = _("watches")
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, outcome="") | Q(ended_at__isnull=False) & ~Q(outcome=""),
                name="watch_end_whole",
            ),
            models.CheckConstraint(condition=Q(result__in=["", *CheckResult.values]), name="watch_result_known"),
            models.CheckConstraint(
                condition=Q(attention__in=["", *AttentionReason.values]), name="watch_attention_known"
            ),
            models.CheckConstraint(
                condition=Q(misses=0) | Q(gone_at__isnull=False, missed_at__isnull=False),
                name="watch_misses_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["next_check_at"], name="watch_due", condition=Q(next_check_at__isnull=False)),
            models.Index(fields=["host", "checked_at"], name="watch_host", condition=Q(next_check_at__isnull=False)),
            models.Index(fields=["ended_at"], name="watch_ended", condition=Q(ended_at__isnull=False)),
            models.Index(fields=["id"], name="watch_running", condition=Q(ended_at__isnull=True)),
            models.Index(fields=["-id"], name="watch_attention", condition=~Q(attention="")),
            models.Index(fields=["result", "-id"], name="watch_result", condition=~Q(result="")),
        ]

    def __str__(self) -> str:
        return str(_("watch of content %(number)s") % {"number": self.item_id})


class CheckRun(models.Model):
    """A run of `checks` in a row with the same finding, from the first to the last. Nothing of what was served is kept."""

    watch = models.ForeignKey(AvailabilityCheck, on_delete=models.CASCADE, related_name="sightings")
    finding = models.CharField(_("found"), max_length=16, choices=CheckResult)
    first_at = models.DateTimeField(_("first"))
    last_at = models.DateTimeField(_("last"))
    checks = models.PositiveIntegerField(_("checks"), default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(finding__in=CheckResult.values), name="sighting_finding_known"),
            models.CheckConstraint(
                condition=Q(first_at__lte=models.F("last_at"), checks__gte=1), name="sighting_run_whole"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.finding}: watch {self.watch_id}"
