"""Assessments, the data-driven questions behind them, and recorded actions."""

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from hotline import data_inventory
from hotline.models.content_items import ContentItem
from hotline.models.report import Report
from hotline.models.routing import ActionKind
from hotline.states import Round, Verdict


def _in_language(serbian: str, english: str) -> str:
    return english if get_language() == "en" else serbian


class QuestionSet(models.Model):
    """A version of the questions. One version is active; assessments keep the version they answered."""

    version = models.CharField(_("version"), max_length=32, unique=True)
    active = models.BooleanField(_("active"), default=False)

    impersonal_fields: ClassVar = "version"

    class Meta:
        verbose_name = _("question set")
        verbose_name_plural = _("question sets")
        constraints = [
            models.UniqueConstraint(fields=["active"], condition=models.Q(active=True), name="one_active_question_set")
        ]

    def __str__(self) -> str:
        return self.version


class Question(models.Model):
    """One question. The answers to the first question of a set carry the verdict."""

    question_set = models.ForeignKey(QuestionSet, on_delete=models.CASCADE, related_name="questions")
    code = models.CharField(max_length=40)
    label_sr = models.CharField(max_length=120)
    label_en = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField()

    impersonal_fields: ClassVar = "code label_sr label_en"

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["question_set", "code"], name="question_code_unique")]

    def __str__(self) -> str:
        return self.code

    @property
    def label(self) -> str:
        """The label in the language of the page."""
        return _in_language(self.label_sr, self.label_en)


class Answer(models.Model):
    """A possible answer.

    `iccam_id` is ICCAM's id of the answer. `verdict` and `needs_details` are set on answers to the first question. With
    `needs_details` the other questions of the set are asked as well. `key` is the keyboard shortcut.
    """

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="answers")
    code = models.CharField(max_length=40)
    label_sr = models.CharField(max_length=120)
    label_en = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=1)
    iccam_id = models.PositiveSmallIntegerField(null=True)
    verdict = models.CharField(max_length=16, choices=Verdict, blank=True)
    needs_details = models.BooleanField(default=False)

    impersonal_fields: ClassVar = "code label_sr label_en key"

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["question", "code"], name="answer_code_unique")]

    def __str__(self) -> str:
        return self.code

    @property
    def label(self) -> str:
        """The label in the language of the page."""
        return _in_language(self.label_sr, self.label_en)


class ReviewSettings(models.Model):
    """A single row: how many cases one person may hold, and the share of decisions that a second person checks."""

    claim_limit = models.PositiveSmallIntegerField(
        _("cases held by one person, at most"), default=3, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    checked_percent = models.PositiveSmallIntegerField(
        _("“not illegal” decisions checked, in percent"), default=10, validators=[MaxValueValidator(100)]
    )

    impersonal_fields: ClassVar = ""

    class Meta:
        verbose_name = _("settings of review")
        verbose_name_plural = _("settings of review")
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="one_row_of_review_settings"),
            models.CheckConstraint(
                condition=models.Q(claim_limit__range=(1, 50), checked_percent__range=(0, 100)),
                name="review_settings_in_range",
                violation_error_message=_("A number is outside its limits."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim_limit}, {self.checked_percent} %"


class AgreementLevel(models.IntegerChoices):
    """Level of agreement between a second assessment and the first."""

    NOTHING = 0
    VERDICT = 1
    ANSWERS = 2


class Assessment(models.Model):
    """One person's assessment of one content item.

    `answers` is {question code: answer code}. `agreed` is an `AgreementLevel`, set on second assessments only.
    """

    item = models.ForeignKey(ContentItem, on_delete=models.PROTECT, related_name="assessments")
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="assessments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    question_set = models.ForeignKey(QuestionSet, on_delete=models.PROTECT, related_name="+")
    round = models.CharField(max_length=12, choices=Round)
    answers = models.JSONField()
    verdict = models.CharField(max_length=16, choices=Verdict)
    # Stored, because counting agreement would otherwise query the first assessment for each second one.
    agreed = models.PositiveSmallIntegerField(null=True)
    created_at = models.DateTimeField()

    field_inventory: ClassVar = {
        (data_inventory.CODES, data_inventory.KEPT): "item report question_set round answers verdict agreed created_at",
        (data_inventory.STAFF, data_inventory.KEPT): "author",
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "round"], name="one_assessment_a_round"),
            # Four eyes: a person assesses an item once.
            models.UniqueConstraint(fields=["item", "author"], name="one_assessment_a_person"),
        ]
        # A covering index for the agreement figures of supervisors.
        indexes = [models.Index(fields=["created_at"], include=["author", "agreed"], name="assessment_counted")]

    def __str__(self) -> str:
        return f"{self.round} assessment of item {self.item_id}"


class Action(models.Model):
    """One action on an item: recorded when a referral is sent, when an availability check ends, or by hand."""

    item = models.ForeignKey(ContentItem, on_delete=models.PROTECT, related_name="actions")
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="actions")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("action"), max_length=12, choices=ActionKind)
    done_at = models.DateTimeField()

    field_inventory: ClassVar = {
        (data_inventory.CODES, data_inventory.KEPT): "item report kind done_at",
        (data_inventory.STAFF, data_inventory.KEPT): "author",
    }

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.item_id}"
