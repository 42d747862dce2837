"""Triage rules as data: known facts about hosts, domains and address patterns before any review."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline import data_inventory
from hotline.models.content_items import ContentItem


class RuleKind(models.TextChoices):
    """Kinds of rule value."""

    HOST = "host", pgettext_lazy("rule", "one host")
    DOMAIN = "domain", pgettext_lazy("rule", "a domain with all its hosts")
    PATTERN = "pattern", pgettext_lazy("rule", "addresses of one form")


class TriageRule(models.Model):
    """One rule.

    It may set the host, forbid automatic requests, raise the priority or show a note. It never classifies content.
    `value` is canonical (see `triage.rules.pattern`). It is an ASCII host, a registrable domain, or an address in which
    `*` matches any run of characters. `applied`: every open content item has been matched against the current rule.
    """

    kind = models.CharField(_("applies to"), max_length=8, choices=RuleKind)
    value = models.CharField(_("value"), max_length=300)
    set_host = models.CharField(_("host to be shown"), max_length=255, blank=True)
    do_not_fetch = models.BooleanField(_("do not open"), default=False)
    raise_priority = models.BooleanField(_("move to the front"), default=False)
    note = models.CharField(_("note for analysts"), max_length=500, blank=True)
    active = models.BooleanField(_("active"), default=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("author"), on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("created"))
    changed_at = models.DateTimeField(_("changed"))
    applied = models.BooleanField(default=False)

    impersonal_fields: ClassVar = "value set_host note"
    field_inventory: ClassVar = {
        (data_inventory.STAFF, data_inventory.UNTIL_CHANGED): "author",
    }

    class Meta:
        verbose_name = _("triage rule")
        verbose_name_plural = _("triage rules")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=RuleKind.values), name="rule_kind_known"),
            models.CheckConstraint(
                condition=~Q(value__regex=r"^[*./:?#\s-]*$"),
                name="rule_value_not_empty",
                violation_error_message=_("This would match everything. Enter a host, a domain or an address pattern."),
            ),
            models.CheckConstraint(
                condition=~Q(set_host="") | Q(do_not_fetch=True) | Q(raise_priority=True) | ~Q(note=""),
                name="rule_has_effect",
                violation_error_message=_("This rule has no effect yet. Choose an effect or write a note."),
            ),
            models.UniqueConstraint(fields=["kind", "value"], name="one_rule_a_value"),
        ]
        indexes = [models.Index(fields=["id"], name="rule_unapplied", condition=Q(applied=False))]

    def __str__(self) -> str:
        return self.value


class RuleHit(models.Model):
    """A match of an active rule and a content item."""

    rule = models.ForeignKey(TriageRule, on_delete=models.PROTECT, related_name="hits")
    item = models.ForeignKey(ContentItem, on_delete=models.CASCADE, related_name="rule_hits")

    field_inventory: ClassVar = {
        (data_inventory.CODES, data_inventory.KEPT): "rule item",
    }

    class Meta:
        verbose_name = _("match of a triage rule")
        verbose_name_plural = _("matches of triage rules")
        constraints = [models.UniqueConstraint(fields=["item", "rule"], name="one_hit_a_rule")]

    def __str__(self) -> str:
        return f"rule {self.rule_id} fits item {self.item_id}"


class RuleVersion(models.Model):
    """A single row: every change of a rule sets a new random `version`, so that processes reload the rules."""

    version = models.UUIDField(default=uuid.uuid4)

    impersonal_fields: ClassVar = ""

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_rule_version")]

    def __str__(self) -> str:
        return str(self.version)
