"""How long what is kept of a report stays: the rules, the least that the law asks for, and holds that keep everything."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from clicksafely.common.crypto.key_rotation import SealedColumn
from hotline.models.report import Category, Report
from hotline.states import REOPENABLE, ReportState

LONGEST_DAYS = 3650
ENDS = [(state.value, state.label) for state in ReportState if state in REOPENABLE]


class RetentionPart(models.TextChoices):
    """What of a report is erased together."""

    CONTACT = "contact", pgettext_lazy("retention", "contact")
    # Words, dialogue, notes, messages by e-mail, pictures and their names.
    WORDS = "words", pgettext_lazy("retention", "words and pictures")
    # The row itself: afterwards no code opens it, and only what figures need is left.
    IDENTITY = "identity", pgettext_lazy("retention", "the case itself (anonymised)")


class RetentionRule(models.Model):
    """So many days after its end, and after its reporter's last message, that part of a report is erased.

    Of the rules that fit, one for what went to the police comes first, then one for the category, then one for how it ended.
    """

    part = models.CharField(_("what is erased"), max_length=8, choices=RetentionPart)
    category = models.CharField(
        _("category"), max_length=16, choices=Category, blank=True, help_text=_("Empty: any category.")
    )
    state = models.CharField(
        _("ended as"), max_length=16, choices=ENDS, blank=True, help_text=_("Empty: however it ended.")
    )
    police = models.BooleanField(_("only what went to the police"), default=False)
    days = models.PositiveSmallIntegerField(_("days after its end"))

    class Meta:
        verbose_name = _("retention rule")
        verbose_name_plural = _("retention rules")
        ordering = ["part", "police", "category", "state"]
        constraints = [
            models.UniqueConstraint(fields=["part", "category", "state", "police"], name="one_retention_rule_a_kind"),
            models.CheckConstraint(condition=Q(part__in=RetentionPart.values), name="retention_part_known"),
            models.CheckConstraint(condition=Q(days__range=(1, LONGEST_DAYS)), name="retention_days_sensible"),
        ]

    def __str__(self) -> str:
        return f"{self.get_part_display()}: {self.days}"

    @property
    def is_general(self) -> bool:
        """Whether it is for every report that no other rule fits."""
        return not (self.category or self.state or self.police)


class LegalMinimum(models.Model):
    """The fewest days that the law lets a part be kept; `source` names it. No rule may be shorter, and none is obeyed that is.

    Kept by whoever runs the system, after a lawyer's word; supervisors see it.
    """

    part = models.CharField(_("what is kept"), max_length=8, choices=RetentionPart)
    category = models.CharField(_("category"), max_length=16, choices=Category, blank=True)
    police = models.BooleanField(_("only what went to the police"), default=False)
    days = models.PositiveSmallIntegerField(_("days at least"))
    source_sr = models.CharField(max_length=300)
    source_en = models.CharField(max_length=300)

    class Meta:
        verbose_name = _("legal minimum")
        verbose_name_plural = _("legal minimums")
        ordering = ["part", "police", "category"]
        constraints = [
            models.UniqueConstraint(fields=["part", "category", "police"], name="one_legal_minimum_a_kind"),
            models.CheckConstraint(condition=Q(days__range=(1, LONGEST_DAYS)), name="legal_minimum_days_sensible"),
            models.CheckConstraint(condition=~Q(source_sr="") & ~Q(source_en=""), name="legal_minimum_has_source"),
        ]

    def __str__(self) -> str:
        return f"{self.get_part_display()}: {self.days}"

    @property
    def source(self) -> str:
        """The law, in the language of the page."""
        return self.source_en if get_language() == "en" else self.source_sr


class HoldReason(models.TextChoices):
    """Why nothing of a report may be erased."""

    POLICE = "police", pgettext_lazy("legal hold", "the police ask for it")
    PROSECUTOR = "prosecutor", pgettext_lazy("legal hold", "the prosecutor or a court asks for it")
    AUTHORITY = "authority", pgettext_lazy("legal hold", "a supervisory authority examines it")
    COMPLAINT = "complaint", pgettext_lazy("legal hold", "a complaint or dispute about it")
    OTHER = "other", pgettext_lazy("legal hold", "another reason, written down")


class LegalHold(models.Model):
    """While it stands nothing of its report is erased; at most one stands.

    `sealed_reason`, where somebody wrote one, is sealed for the hotline under table `hotline_legalhold`, field `reason`.
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

    sealed_fields = (SealedColumn(ring="hotline", column="sealed_reason", table="hotline_legalhold", field="reason"),)

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
        indexes = [models.Index(fields=["-id"], name="legal_hold_standing", condition=Q(released_at__isnull=True))]

    def __str__(self) -> str:
        return str(_("legal hold of report %(number)s") % {"number": self.report_id})
