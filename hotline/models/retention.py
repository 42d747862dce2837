"""Retention of reports: rules, legal minimums and legal holds."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from clicksafely.common.crypto.key_rotation import SealedColumn
from hotline import data_inventory
from hotline.categories import MAX_CODE_LENGTH, category_choices
from hotline.models.report import Report
from hotline.states import REOPENABLE, ReportState

MAX_DAYS = 3650
ENDS = [(state.value, state.label) for state in ReportState if state in REOPENABLE]


class RetentionPart(models.TextChoices):
    """Parts of a report that are erased together."""

    CONTACT = "contact", pgettext_lazy("retention", "contact")
    # Text, messages, notes, e-mail, pictures and their names.
    WORDS = "words", pgettext_lazy("retention", "text and pictures")
    # The row itself: afterwards no code opens it, and only statistical fields are left.
    IDENTITY = "identity", pgettext_lazy("retention", "the case itself (anonymised)")


class RetentionRule(models.Model):
    """The days from the end of a report, and from the reporter's last message, to the erasure of a part.

    Of the matching rules, one for referrals to the police comes first. Then comes one for the category, then one for
    the end state.
    """

    part = models.CharField(_("part to erase"), max_length=8, choices=RetentionPart)
    category = models.CharField(
        _("category"),
        max_length=MAX_CODE_LENGTH,
        choices=category_choices,
        blank=True,
        help_text=_("Empty: any category."),
    )
    state = models.CharField(_("ended as"), max_length=16, choices=ENDS, blank=True, help_text=_("Empty: any outcome."))
    police = models.BooleanField(_("only if handed over to the police"), default=False)
    days = models.PositiveSmallIntegerField(_("days after its end"))

    impersonal_fields: ClassVar = ""

    class Meta:
        verbose_name = _("retention rule")
        verbose_name_plural = _("retention rules")
        ordering = ["part", "police", "category", "state"]
        constraints = [
            models.UniqueConstraint(fields=["part", "category", "state", "police"], name="one_retention_rule_a_kind"),
            models.CheckConstraint(condition=Q(part__in=RetentionPart.values), name="retention_part_known"),
            models.CheckConstraint(condition=Q(days__range=(1, MAX_DAYS)), name="retention_days_sensible"),
        ]

    def __str__(self) -> str:
        return f"{self.get_part_display()}: {self.days}"

    @property
    def is_general(self) -> bool:
        """Whether the rule applies to every report without a more specific rule."""
        return not (self.category or self.state or self.police)


class LegalMinimum(models.Model):
    """The legal minimum of days for a part; `source` names the law.

    No rule may be shorter, and a shorter rule is ignored. Maintained by the administrator on legal advice;
    supervisors can read it.
    """

    part = models.CharField(_("part to keep"), max_length=8, choices=RetentionPart)
    category = models.CharField(_("category"), max_length=MAX_CODE_LENGTH, choices=category_choices, blank=True)
    police = models.BooleanField(_("only if handed over to the police"), default=False)
    days = models.PositiveSmallIntegerField(_("minimum days"))
    source_sr = models.CharField(max_length=300)
    source_en = models.CharField(max_length=300)

    impersonal_fields: ClassVar = "source_sr source_en"

    class Meta:
        verbose_name = _("legal minimum")
        verbose_name_plural = _("legal minimums")
        ordering = ["part", "police", "category"]
        constraints = [
            models.UniqueConstraint(fields=["part", "category", "police"], name="one_legal_minimum_a_kind"),
            models.CheckConstraint(condition=Q(days__range=(1, MAX_DAYS)), name="legal_minimum_days_sensible"),
            models.CheckConstraint(condition=~Q(source_sr="") & ~Q(source_en=""), name="legal_minimum_has_source"),
        ]

    def __str__(self) -> str:
        return f"{self.get_part_display()}: {self.days}"

    @property
    def source(self) -> str:
        """The law, in the language of the page."""
        return self.source_en if get_language() == "en" else self.source_sr


class HoldReason(models.TextChoices):
    """Reasons for a legal hold."""

    POLICE = "police", pgettext_lazy("legal hold", "requested by the police")
    PROSECUTOR = "prosecutor", pgettext_lazy("legal hold", "requested by the prosecutor or a court")
    AUTHORITY = "authority", pgettext_lazy("legal hold", "examined by a supervisory authority")
    COMPLAINT = "complaint", pgettext_lazy("legal hold", "a complaint or dispute about it")
    OTHER = "other", pgettext_lazy("legal hold", "another reason (in writing)")


class LegalHold(models.Model):
    """A legal hold: while it is active, no part of its report is erased. A report has at most one active hold.

    `sealed_reason`, if given, is sealed for the hotline under table `hotline_legalhold`, field `reason`.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    report = models.ForeignKey(Report, verbose_name=_("report"), on_delete=models.PROTECT, related_name="legal_holds")
    reason = models.CharField(_("reason"), max_length=12, choices=HoldReason)
    sealed_reason = models.BinaryField(null=True, editable=False)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("set by"), on_delete=models.PROTECT, related_name="+"
    )
    set_at = models.DateTimeField(_("since"))
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("released by"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    released_at = models.DateTimeField(_("released"), null=True)

    REASON = SealedColumn(ring="hotline", column="sealed_reason", table="hotline_legalhold", field="reason")
    sealed_fields = (REASON,)

    field_inventory: ClassVar = {
        (data_inventory.SEALED, data_inventory.UNTIL_RELEASED): "sealed_reason",
        (data_inventory.CODES, data_inventory.KEPT): "report reason set_at released_at",
        (data_inventory.STAFF, data_inventory.KEPT): "set_by released_by",
    }

    class Meta:
        verbose_name = _("legal hold")
        verbose_name_plural = _("legal holds")
        constraints = [
            models.UniqueConstraint(
                fields=["report"], condition=Q(released_at__isnull=True), name="one_legal_hold_a_report"
            ),
            models.CheckConstraint(condition=Q(reason__in=HoldReason.values), name="legal_hold_reason_known"),
            models.CheckConstraint(
                condition=~Q(reason="other") | Q(sealed_reason__isnull=False) | Q(released_at__isnull=False),
                name="legal_hold_reason_written",
            ),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True, released_by__isnull=True)
                | Q(released_at__isnull=False, released_by__isnull=False),
                name="legal_hold_release_whole",
            ),
        ]
        indexes = [models.Index(fields=["-id"], name="legal_hold_active", condition=Q(released_at__isnull=True))]

    def __str__(self) -> str:
        return str(_("legal hold of report %(number)s") % {"number": self.report_id})
