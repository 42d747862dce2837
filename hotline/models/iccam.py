"""The ICCAM exchange: ICCAM's ids of reports and items, their progress, and the state of the exchange."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clicksafely.common.queue.outgoing import QueuedRow
from hotline import data_inventory
from hotline.models.content_items import ContentItem
from hotline.models.report import Report


class IccamOrigin(models.TextChoices):
    """Origin of a report at ICCAM."""

    OURS = "ours", pgettext_lazy("ICCAM", "reported by us")
    PARTNER = "partner", pgettext_lazy("ICCAM", "assigned to us")


class IccamRule(models.TextChoices):
    """Rules by which ICCAM refuses an assessment or action."""

    NOT_OURS = "not_ours", pgettext_lazy("ICCAM", "it is assigned to another country, whose hotline acts")
    ACTIONS_EXIST = (
        "actions_exist",
        pgettext_lazy("ICCAM", "actions exist already, so the assessment cannot be changed"),
    )
    BASELINE_FINAL = "baseline_final", pgettext_lazy("ICCAM", "a Baseline assessment cannot be changed")
    ONLY_NATIONAL = (
        "only_national",
        pgettext_lazy("ICCAM", "only National may be overruled, by the hotline of the hosting country"),
    )


class IccamAction(models.IntegerChoices):
    """ICCAM's types of action, by their ids."""

    MOVED = 0, pgettext_lazy("ICCAM", "moved")
    LEA = 1, pgettext_lazy("ICCAM", "reported to the police")
    ISP = 2, pgettext_lazy("ICCAM", "reported to the host")
    REMOVED = 3, pgettext_lazy("ICCAM", "removed")
    UNAVAILABLE = 4, pgettext_lazy("ICCAM", "unavailable")
    NOT_ILLEGAL = 6, pgettext_lazy("ICCAM", "not illegal")


class IccamClassification(models.IntegerChoices):
    """ICCAM's classifications, by their ids."""

    BASELINE = 1, pgettext_lazy("ICCAM", "child sexual abuse material, baseline")
    NATIONAL = 2, pgettext_lazy("ICCAM", "child sexual abuse material, national")
    NOT_ILLEGAL = 4, pgettext_lazy("ICCAM", "not illegal")


class IccamReport(QueuedRow):
    """A report at ICCAM and its case here. The row is the queue entry of the exchange.

    Our own report has a `reference`, which is searched at ICCAM before a repeated POST (`tried_at`: a POST was
    tried). A partner's report has its `iccam_id` and the one content item that became the case. A failed exchange
    keeps its `error` (a code of `ReferralProblem`) until a supervisor retries it.
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="iccam_reports")
    origin = models.CharField(_("origin"), max_length=8, choices=IccamOrigin)
    reference = models.CharField(_("our reference"), max_length=40, blank=True)
    iccam_id = models.BigIntegerField(_("report at ICCAM"), null=True)
    created_at = models.DateTimeField(pgettext_lazy("ICCAM", "since"))
    tried_at = models.DateTimeField(null=True)
    exchanged_at = models.DateTimeField(_("last exchanged"), null=True)
    given_up_at = models.DateTimeField(_("unsuccessful"), null=True)

    field_inventory: ClassVar = {
        (data_inventory.CODES, data_inventory.KEPT): (
            "report origin reference iccam_id created_at tried_at exchanged_at due_at attempts failing_since "
            "error given_up_at"
        ),
    }

    class Meta:
        verbose_name = _("report at ICCAM")
        verbose_name_plural = _("reports at ICCAM")
        constraints = [
            models.UniqueConstraint(
                fields=["reference"], condition=~Q(reference=""), name="one_iccam_report_a_reference"
            ),
            models.CheckConstraint(
                condition=Q(origin="ours") & ~Q(reference="")
                | Q(origin="partner", reference="", iccam_id__isnull=False),
                name="iccam_report_whole",
            ),
            models.CheckConstraint(
                condition=Q(given_up_at__isnull=True) | Q(due_at__isnull=True) & ~Q(error=""),
                name="iccam_given_up_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="iccam_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["-id"], name="iccam_given_up", condition=Q(given_up_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.reference or str(self.iccam_id)


class IccamContent(models.Model):
    """One address at ICCAM and its item here (None until triage has created it).

    `classification` (1 Baseline, 2 National, 4 not illegal), `actions` and `assigned_country` are ICCAM's values
    at the last query. `partner_answers` holds a partner's answers on arrival: {"classification": 1, "ageCategorization": 3,
    ...}. `reported_state` and `reported_actions` are the item's values when ICCAM was last updated;
    `blocked_by` is the rule that prevented an update. The exchange ends if nothing is left to report: the item
    has ended, or another country is responsible for it.
    """

    iccam_report = models.ForeignKey(IccamReport, on_delete=models.CASCADE, related_name="contents")
    item = models.ForeignKey(ContentItem, on_delete=models.PROTECT, related_name="iccam_contents", null=True)
    content_id = models.BigIntegerField(_("content at ICCAM"), null=True, unique=True)
    partner_answers = models.JSONField(default=dict)
    classification = models.PositiveSmallIntegerField(null=True)
    actions = models.JSONField(default=list)
    assigned_country = models.CharField(_("assigned to"), max_length=2, blank=True)
    reported_state = models.CharField(max_length=16, blank=True)
    reported_actions = models.PositiveSmallIntegerField(default=0)
    blocked_by = models.CharField(max_length=16, choices=IccamRule, blank=True)
    ended_at = models.DateTimeField(null=True)

    field_inventory: ClassVar = {
        (data_inventory.CODES, data_inventory.KEPT): (
            "iccam_report item content_id partner_answers classification actions assigned_country reported_state "
            "reported_actions blocked_by ended_at"
        ),
    }

    class Meta:
        verbose_name = _("content at ICCAM")
        verbose_name_plural = _("content at ICCAM")
        constraints = [
            models.UniqueConstraint(fields=["iccam_report", "item"], name="item_once_an_iccam_report"),
            models.CheckConstraint(
                condition=Q(item__isnull=False) | Q(content_id__isnull=False), name="iccam_content_identified"
            ),
        ]
        indexes = [models.Index(fields=["id"], name="iccam_content_open", condition=Q(ended_at__isnull=True))]

    def __str__(self) -> str:
        return f"content {self.content_id}"


class IccamHealth(models.Model):
    """State of the exchange: `problem` (a code of `ReferralProblem`), start of the failures, last success.

    There is a single row. After an error that affects every call, no request is sent before `not_before`.
    """

    problem = models.CharField(max_length=24, blank=True)
    failing_since = models.DateTimeField(null=True)
    not_before = models.DateTimeField(null=True)
    last_success = models.DateTimeField(null=True)

    field_inventory: ClassVar = {
        (data_inventory.CODES, data_inventory.UNTIL_REPLACED): "problem failing_since not_before last_success",
    }

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(problem="", failing_since__isnull=True) | ~Q(problem="") & Q(failing_since__isnull=False),
                name="iccam_health_whole",
            )
        ]

    def __str__(self) -> str:
        return self.problem or "ok"
