"""Content items: one address (or other location) each, shared by every report that names it."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline import data_inventory
from hotline.models.report import Report
from hotline.states import ItemState, Outcome, Verdict


class LocationKind(models.TextChoices):
    """Kinds of canonical location."""

    URL = "url", pgettext_lazy("location", "address")
    ONION = "onion", pgettext_lazy("location", "onion service")
    APP = "app", pgettext_lazy("location", "app or game")
    # A report without an address gets an item of its own, so that it is assessed like the others.
    DESCRIBED = "described", pgettext_lazy("location", "described in words only")


class SiteType(models.IntegerChoices):
    """ICCAM's site types, by their ids."""

    NOT_DETERMINED = 1, pgettext_lazy("site type", "not determined")
    WEBSITE = 2, pgettext_lazy("site type", "website")
    FILE_HOST = 3, pgettext_lazy("site type", "file host")
    IMAGE_STORE = 4, pgettext_lazy("site type", "image store")
    IMAGE_BOARD = 5, pgettext_lazy("site type", "image board")
    FORUM = 6, pgettext_lazy("site type", "forum")
    BANNER_SITE = 7, pgettext_lazy("site type", "banner site")
    LINK_SITE = 8, pgettext_lazy("site type", "link site")
    SOCIAL_SITE = 9, pgettext_lazy("site type", "social site")
    REDIRECTOR = 10, pgettext_lazy("site type", "redirector")
    WEB_ARCHIVE = 11, pgettext_lazy("site type", "web archive")
    SEARCH_PROVIDER = 18, pgettext_lazy("site type", "search provider")
    IMAGE_HOST = 20, pgettext_lazy("site type", "image host")
    BLOG = 22, pgettext_lazy("site type", "blog")


class ContentItem(models.Model):
    """One location. `digest` is the SHA-256 of the kind, a colon and the canonical location; it is unique."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=LocationKind)
    canonical = models.TextField(_("canonical location"))
    digest = models.BinaryField(max_length=32, unique=True, editable=False)
    host = models.CharField(_("host"), max_length=255, blank=True)
    registrable_domain = models.CharField(_("domain"), max_length=255, blank=True)
    site_type = models.PositiveSmallIntegerField(_("site type"), choices=SiteType, default=SiteType.NOT_DETERMINED)
    # Set by a site-type rule, not by a person.
    site_type_guessed = models.BooleanField(default=False, db_default=False)
    # The AS number of the host's network, copied here to count decisions per network.
    network = models.BigIntegerField(_("network (AS number)"), null=True, editable=False)
    state = models.CharField(_("state"), max_length=16, choices=ItemState, default=ItemState.UNASSESSED)
    verdict = models.CharField(_("verdict"), max_length=16, choices=Verdict, blank=True)
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome, blank=True)
    first_reported_at = models.DateTimeField(_("first reported"))
    report_count = models.PositiveIntegerField(_("reports"), default=0)
    # Set by triage rules (see `models.triage_rules`): the real host, and whether automatic requests are forbidden.
    host_override = models.CharField(_("host set by a rule"), max_length=255, blank=True, db_default="")
    do_not_fetch = models.BooleanField(_("do not open, set by a rule"), db_default=False)
    reports = models.ManyToManyField(Report, through="ReportItem", related_name="items")

    field_inventory: ClassVar = {
        (data_inventory.ADDRESS, data_inventory.KEPT): "canonical host registrable_domain host_override network",
        (data_inventory.DIGEST, data_inventory.KEPT): "digest",
        (data_inventory.CODES, data_inventory.KEPT): (
            "kind site_type site_type_guessed state verdict outcome first_reported_at report_count do_not_fetch"
        ),
    }

    class Meta:
        verbose_name = _("content item")
        verbose_name_plural = _("content items")
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=ItemState.values), name="item_state_known"),
            models.CheckConstraint(
                condition=~models.Q(state="ended") | ~models.Q(outcome=""), name="item_ended_has_outcome"
            ),
        ]
        indexes = [
            # Earlier decisions on items of the same domain, and a domain's items, newest first.
            models.Index(
                fields=["registrable_domain", "verdict"], name="item_domain_verdict", condition=~models.Q(verdict="")
            ),
            models.Index(fields=["host", "verdict", "-id"], name="item_host_verdict", condition=~models.Q(verdict="")),
            models.Index(
                fields=["network", "verdict", "-id"],
                name="item_network_verdict",
                condition=~models.Q(verdict="") & models.Q(network__isnull=False),
            ),
            models.Index(fields=["registrable_domain", "-id"], name="item_domain"),
            models.Index(fields=["host", "-id"], name="item_host"),
            models.Index(fields=["state", "-id"], name="item_state"),
            models.Index(fields=["outcome", "-id"], name="item_outcome", condition=~models.Q(outcome="")),
            # Nearly all items are plain addresses; a partial index finds the others.
            models.Index(fields=["kind", "-id"], name="item_kind", condition=~models.Q(kind="url")),
            models.Index(fields=["first_reported_at"], name="item_first_reported"),
        ]

    def __str__(self) -> str:
        """Without the address, which staff pages show only where the access is logged."""
        return f"{self.get_kind_display()} {self.pk}"


class ReportItem(models.Model):
    """An item named by a report, with its position in the report's list."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="report_items")
    # The index of the table also gives the oldest reports of an item without sorting.
    item = models.ForeignKey(ContentItem, on_delete=models.CASCADE, related_name="report_items", db_index=False)
    position = models.PositiveSmallIntegerField()

    field_inventory: ClassVar = {
        (data_inventory.CODES, data_inventory.KEPT): "report item position",
    }

    class Meta:
        verbose_name = _("content of a report")
        verbose_name_plural = _("content of reports")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["report", "item"], name="item_once_a_report")]
        indexes = [models.Index(fields=["item", "report"], name="reports_of_item")]

    def __str__(self) -> str:
        return f"item {self.item_id} of report {self.report_id}"
