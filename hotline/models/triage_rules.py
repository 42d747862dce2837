"""Rules of triage as data: what is known of a host, a domain or a family of addresses before anybody has looked."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline.models.content_items import ContentItem


class RuleKind(models.TextChoices):
    """What the value of a rule is compared with."""

    HOST = "host", pgettext_lazy("rule", "one host")
    DOMAIN = "domain", pgettext_lazy("rule", "a domain with all its hosts")
    PATTERN = "pattern", pgettext_lazy("rule", "addresses of one form")


class TriageRule(models.Model):
    """One rule. It may say where something is, keep machines away from it, put it forward, tell the analyst: never that it is illegal.

    `value` is canonical: an ASCII host, a registrable domain, or an address in which `*` stands for any run of characters (see
    `triage.rules.pattern`). `settled` says that every content item that waits has been held against the rule as it is now.
    """

    kind = models.CharField(_("what it is about"), max_length=8, choices=RuleKind)
    value = models.CharField(_("value"), max_length=300)
    set_host = models.CharField(_("host to be shown"), max_length=255, blank=True)
    do_not_fetch = models.BooleanField(_("do not open"), default=False)
    raise_priority = models.BooleanField(_("put forward"), default=False)
    note = models.CharField(_("note for analysts"), max_length=500, blank=True)
    active = models.BooleanField(_("active"), default=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("author"), on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(_("made"))
    changed_at = models.DateTimeField(_("changed"))
    settled = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("rule of triage")
        verbose_name_plural = _("rules of triage")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=RuleKind.values), name="rule_kind_known"),
            models.CheckConstraint(condition=~Q(value__regex=r"^[*./:?#\s-]*$"), name="rule_value_names_something"),
            models.CheckConstraint(
                condition=~Q(set_host="") | Q(do_not_fetch=True) | Q(raise_priority=True) | ~Q(note=""),
                name="rule_does_something",
            ),
            models.UniqueConstraint(fields=["kind", "value"], name="one_rule_a_value"),
        ]
        indexes = [models.Index(fields=["id"], name="rule_unsettled", condition=Q(settled=False))]

    def __str__(self) -> str:
        return self.value


class RuleHit(models.Model):
    """That an active rule fits a content item."""

    rule = models.ForeignKey(TriageRule, on_delete=models.PROTECT, related_name="hits")
    item = models.ForeignKey(ContentItem, on_delete=models.CASCADE, related_name="rule_hits")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "rule"], name="one_hit_a_rule")]

    def __str__(self) -> str:
        return f"rule {self.rule_id} fits item {self.item_id}"


class RuleVersion(models.Model):
    """One row: `version` is drawn anew with every change of a rule, so that processes know when to read the rules again."""

    version = models.UUIDField(default=uuid.uuid4)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_rule_version")]

    def __str__(self) -> str:
        return str(self.version)
