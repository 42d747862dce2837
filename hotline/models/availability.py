"""Availability checks of referred content, and their results."""

from typing import ClassVar
from urllib.parse import urlsplit

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline import data_inventory
from hotline.models.content_items import ContentItem
from hotline.states import Outcome


class CheckResult(models.TextChoices):
    """Result of an availability check."""

    AVAILABLE = "available", pgettext_lazy("availability", "available")
    GONE = "gone", pgettext_lazy("availability", "gone")
    BLOCKED = "blocked", pgettext_lazy("availability", "blocked")
    PARKED = "parked", pgettext_lazy("availability", "replaced by a parking page or home page")
    MOVED = "moved", pgettext_lazy("availability", "leads to another site")
    UNREACHABLE = "unreachable", pgettext_lazy("availability", "unreachable")
    SERVER_ERROR = "server_error", pgettext_lazy("availability", "server error")
    PRIVATE = "private", pgettext_lazy("availability", "redirects to a private network, not followed")
    INCONCLUSIVE = "inconclusive", pgettext_lazy("availability", "inconclusive")
    NOT_CHECKED = "not_checked", pgettext_lazy("availability", "not checked, by a rule")


# Three of these in a row mean that the content is gone; the other results are inconclusive.
MISS_RESULTS = (CheckResult.GONE, CheckResult.BLOCKED, CheckResult.PARKED, CheckResult.UNREACHABLE)


class AttentionReason(models.TextChoices):
    """Reasons for a manual review of an availability check."""

    BACK = "back", pgettext_lazy("availability check", "available again")
    MOVED = "moved", pgettext_lazy("availability check", "moved while a referral is still open")
    PRIVATE = "private", pgettext_lazy("availability check", "redirects to a private network; do not open it from here")
    UNCLEAR = "unclear", pgettext_lazy("availability check", "automatic checks are inconclusive; check it yourself")
    NOT_CHECKED = (
        "not_checked",
        pgettext_lazy("availability check", "a rule forbids automatic checks; check it yourself"),
    )


class AvailabilityCheck(models.Model):
    """Availability checks of one item.

    The row is the queue entry: due at `next_check_at` if not NULL, leased until `claimed_until`. `misses` counts
    consecutive checks, at least an hour apart, that did not find the content. `unavailable_since` is the time of the first of
    them, `last_miss_at` that of the last one counted. `unclear` counts consecutive inconclusive checks. `country` (ISO
    3166-1) and `network` (AS number) are the hosting facts at the time of referral. `outcome` (removed, unavailable,
    moved) is set at the end; a few more checks follow. Referrals made before `restarted_at`, when the content moved
    or returned, may be repeated.
    """

    item = models.OneToOneField(ContentItem, on_delete=models.PROTECT, related_name="availability_check")
    # A copy of the item's host, so that a host gets one request at a time.
    host = models.CharField(_("host"), max_length=255, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    network = models.BigIntegerField(_("network (AS number)"), null=True)
    began_at = models.DateTimeField(_("since"))
    next_check_at = models.DateTimeField(_("next check"), null=True)
    claimed_until = models.DateTimeField(null=True, editable=False)
    checks = models.PositiveIntegerField(_("checks"), default=0)
    misses = models.PositiveSmallIntegerField(_("consecutive misses"), default=0)
    last_miss_at = models.DateTimeField(null=True, editable=False)
    unclear = models.PositiveSmallIntegerField(_("consecutive inconclusive checks"), default=0)
    checked_at = models.DateTimeField(_("last check"), null=True)
    result = models.CharField(_("last result"), max_length=16, choices=CheckResult, blank=True)
    moved_to = models.TextField(_("redirects to"), blank=True)
    unavailable_since = models.DateTimeField(_("gone since"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome, blank=True)
    restarted_at = models.DateTimeField(_("moved or returned"), null=True)
    attention = models.CharField(_("needs review"), max_length=12, choices=AttentionReason, blank=True)

    field_inventory: ClassVar = {
        (data_inventory.ADDRESS, data_inventory.KEPT): "host country network moved_to",
        (data_inventory.CODES, data_inventory.KEPT): (
            "item began_at next_check_at claimed_until checks misses last_miss_at unclear checked_at result "
            "unavailable_since ended_at outcome restarted_at attention"
        ),
    }

    class Meta:
        verbose_name = _("availability check")
        verbose_name_plural = _("availability checks")
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, outcome="") | Q(ended_at__isnull=False) & ~Q(outcome=""),
                name="availability_end_whole",
            ),
            models.CheckConstraint(condition=Q(result__in=["", *CheckResult.values]), name="availability_result_known"),
            models.CheckConstraint(
                condition=Q(attention__in=["", *AttentionReason.values]), name="availability_attention_known"
            ),
            models.CheckConstraint(
                condition=Q(misses=0) | Q(unavailable_since__isnull=False, last_miss_at__isnull=False),
                name="availability_misses_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["next_check_at"], name="availability_due", condition=Q(next_check_at__isnull=False)),
            models.Index(
                fields=["host", "checked_at"], name="availability_host", condition=Q(next_check_at__isnull=False)
            ),
            models.Index(fields=["ended_at"], name="availability_ended", condition=Q(ended_at__isnull=False)),
            models.Index(fields=["id"], name="availability_running", condition=Q(ended_at__isnull=True)),
            models.Index(fields=["-id"], name="availability_attention", condition=~Q(attention="")),
            models.Index(fields=["result", "-id"], name="availability_result", condition=~Q(result="")),
        ]

    def __str__(self) -> str:
        return str(_("availability check of content %(number)s") % {"number": self.item_id})

    @property
    def moved_to_host(self) -> str:
        """The host of `moved_to`, or "" if it has none."""
        try:
            return urlsplit(self.moved_to).hostname or ""
        except ValueError:
            return ""


class CheckRun(models.Model):
    """A run of `checks` consecutive checks with the same result, from the first to the last.

    Served content is not stored.
    """

    availability_check = models.ForeignKey(AvailabilityCheck, on_delete=models.CASCADE, related_name="runs")
    result = models.CharField(_("result"), max_length=16, choices=CheckResult)
    first_at = models.DateTimeField(_("first"))
    last_at = models.DateTimeField(_("last"))
    checks = models.PositiveIntegerField(_("checks"), default=1)

    field_inventory: ClassVar = {
        (data_inventory.CODES, data_inventory.KEPT): "availability_check result first_at last_at checks",
    }

    class Meta:
        verbose_name = _("run of an availability check")
        verbose_name_plural = _("runs of an availability check")
        constraints = [
            models.CheckConstraint(condition=Q(result__in=CheckResult.values), name="check_run_result_known"),
            models.CheckConstraint(
                condition=Q(first_at__lte=models.F("last_at"), checks__gte=1), name="check_run_complete"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.result}: check {self.availability_check_id}"
