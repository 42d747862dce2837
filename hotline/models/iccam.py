"""The exchange with ICCAM: our reports and items beside the ids that they have there, how far each has come, and how the exchange does."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline.models.content_items import ContentItem
from hotline.models.report import Report


class IccamOrigin(models.TextChoices):
    """Which side a report at ICCAM comes from."""

    OURS = "ours", pgettext_lazy("ICCAM", "reported by us")
    PARTNER = "partner", pgettext_lazy("ICCAM", "assigned to us")


class IccamRule(models.TextChoices):
    """Why ICCAM takes no assessment or action of ours."""

    NOT_OURS = "not_ours", pgettext_lazy("ICCAM", "it is assigned to another country: its hotline acts")
    ACTIONS_EXIST = "actions_exist", pgettext_lazy("ICCAM", "it has actions already: its assessment stays")
    BASELINE_STANDS = "baseline_stands", pgettext_lazy("ICCAM", "it is Baseline there: that is never reassessed")
    ONLY_NATIONAL = (
        "only_national",
        pgettext_lazy("ICCAM", "only National may be overruled, by the hotline of the hosting country"),
    )


class IccamAction(models.IntegerChoices):
    """ICCAM's types of actions, by their ids."""

    MOVED = 0, pgettext_lazy("ICCAM", "moved")
    LEA = 1, pgettext_lazy("ICCAM", "reported to the police")
    ISP = 2, pgettext_lazy("ICCAM", "reported to the host")
    REMOVED = 3, pgettext_lazy("ICCAM", "removed")
    UNAVAILABLE = 4, pgettext_lazy("ICCAM", "unavailable")
    NOT_ILLEGAL = 6, pgettext_lazy("ICCAM", "not illegal")


class IccamClassification(models.IntegerChoices):
    """ICCAM's classifications, by their ids."""

    BASELINE = 1, pgettext_lazy("ICCAM", "CSAM, baseline")
    NATIONAL = 2, pgettext_lazy("ICCAM", "CSAM, national")
    NOT_ILLEGAL = 4, pgettext_lazy("ICCAM", "not illegal")


class IccamReport(models.Model):
    """One report as ICCAM knows it, and the case here. The row is the queue: `due_at` not NULL is exchanged then.

    Ours has a `reference` from the beginning, under which it is looked for there before it is posted again (`tried_at`: it was); a
    partner's has its `iccam_id`, and the one content that became the case. `failing_since` and `attempts` count failures in a row;
    given up, with the `problem` (a code of `ReferralProblem`), it waits for a supervisor.
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="iccam_reports")
    origin = models.CharField(_("from"), max_length=8, choices=IccamOrigin)
    reference = models.CharField(_("our reference"), max_length=40, blank=True)
    iccam_id = models.BigIntegerField(_("report at ICCAM"), null=True)
    made_at = models.DateTimeField(pgettext_lazy("ICCAM", "since"))
    tried_at = models.DateTimeField(null=True)
    exchanged_at = models.DateTimeField(_("last exchanged"), null=True)
    due_at = models.DateTimeField(_("next attempt"), null=True)
    attempts = models.PositiveSmallIntegerField(_("failed attempts"), default=0)
    failing_since = models.DateTimeField(_("failing since"), null=True)
    problem = models.CharField(_("problem"), max_length=24, blank=True)
    given_up_at = models.DateTimeField(_("given up"), null=True)

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
                condition=Q(given_up_at__isnull=True) | Q(due_at__isnull=True) & ~Q(problem=""),
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
    """One address at ICCAM and the item here (None until triage has made it). `classification` (1 Baseline, 2 National, 4 not illegal),
    `actions` and `assigned_country` are what ICCAM had when it was last looked at, all by its ids.

    `said` is what a partner had answered when it came: {"classification": 1, "ageCategorization": 3, ...}. `reported_state` and
    `reported_actions` are how the item stood when ICCAM was last told; `count_retained` is the rule that kept something from it. It has ended
    where nothing is left to tell: the item has ended, or it is in another country's hands.
    """

    iccam_report = models.ForeignKey(IccamReport, on_delete=models.CASCADE, related_name="contents")
    item = models.ForeignKey(ContentItem, on_delete=models.PROTECT, related_name="iccam_contents", null=True)
    content_id = models.BigIntegerField(_("content at ICCAM"), null=True, unique=True)
    said = models.JSONField(default=dict)
    classification = models.PositiveSmallIntegerField(null=True)
    actions = models.JSONField(default=list)
    assigned_country = models.CharField(_("assigned to"), max_length=2, blank=True)
    reported_state = models.CharField(max_length=16, blank=True)
    reported_actions = models.PositiveSmallIntegerField(default=0)
    kept_back = models.CharField(max_length=16, choices=IccamRule, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("content at ICCAM")
        verbose_name_plural = _("content at ICCAM")
        constraints = [
            models.UniqueConstraint(fields=["iccam_report", "item"], name="item_once_an_iccam_report"),
            models.CheckConstraint(
                condition=Q(item__isnull=False) | Q(content_id__isnull=False), name="iccam_content_is_something"
            ),
        ]
        indexes = [models.Index(fields=["id"], name="iccam_content_open", condition=Q(ended_at__isnull=True))]

    def __str__(self) -> str:
        return f"content {self.content_id}"


class IccamHealth(models.Model):
    """How the exchange does, in one row: `problem` is a code of `ReferralProblem`, since when it fails, and when it last went well.

    ICCAM is not asked before `not_before`, which grows with the `attempts` that failed in a row, or is what ICCAM asked for.
    """

    problem = models.CharField(max_length=24, blank=True)
    failing_since = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(null=True)
    last_success = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(problem="", failing_since__isnull=True) | ~Q(problem="") & Q(failing_since__isnull=False),
                name="iccam_health_whole",
            )
        ]

    def __str__(self) -> str:
        return self.problem or "ok"
