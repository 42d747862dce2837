"""Models of consultations: phases, questions and themes."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modeltranslation.manager import MultilingualManager

from clicksafely.common import data_inventory
from clicksafely.common.revisions import RevisionedModel
from youthpanel.models.members import Cohort
from youthpanel.states import ConsultationState, PhaseActivity

MIN_PUBLISHED_ANSWERS = 5


class Consultation(RevisionedModel):
    """One consultation with one or more cohorts. Title, summary and introduction in `sr` and `en`.

    `anonymous`: answers are stored in `AnswerSheet`, separate from participation. A trigger refuses to switch it off
    once a sheet exists.

    `results_shown_on`: the day on which the results were first shown to a person. Before it, results are shown to no person and
    the closing can be undone. A trigger keeps it.
    """

    slug = models.SlugField(_("address"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=160)
    summary = models.CharField(_("in one sentence"), max_length=300)
    introduction = models.TextField(_("what it is about"), blank=True)
    state = models.CharField(_("state"), max_length=8, choices=ConsultationState, default=ConsultationState.DRAFT)
    cohorts = models.ManyToManyField(Cohort, verbose_name=_("cohorts"), related_name="consultations")
    facilitators = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("facilitators"), related_name="+", help_text=_("At least two adults.")
    )
    anonymous = models.BooleanField(_("answers are anonymous"), default=True)
    outcome = models.TextField(_("outcome"), blank=True)
    results_shown_on = models.DateField(null=True, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    field_inventory: ClassVar = {
        (
            data_inventory.STAFF_TEXT,
            data_inventory.AS_RECORD,
        ): "slug title title_sr title_en summary summary_sr summary_en "
        "introduction introduction_sr introduction_en outcome outcome_sr outcome_en",
        (data_inventory.CODES, data_inventory.AS_RECORD): "state anonymous results_shown_on changed_at revision",
    }

    objects = MultilingualManager()

    class Meta:
        verbose_name = _("consultation")
        verbose_name_plural = _("consultations")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=Q(state__in=ConsultationState.values), name="consultation_state_known"),
            models.CheckConstraint(
                condition=Q(results_shown_on=None)
                | Q(state__in=(ConsultationState.CLOSED, ConsultationState.REPORTED)),
                name="results_shown_after_closing",
            ),
        )

    def __str__(self) -> str:
        return self.title


class Phase(models.Model):
    """A period of a consultation with one activity. The phases of a consultation never overlap."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="phases")
    feature = models.CharField(_("activity"), max_length=10, choices=PhaseActivity)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))

    field_inventory: ClassVar = {
        (data_inventory.CODES, data_inventory.AS_RECORD): "consultation feature starts_at ends_at",
    }

    class Meta:
        verbose_name = _("phase")
        verbose_name_plural = _("phases")
        ordering = ("starts_at", "id")
        constraints = (
            models.CheckConstraint(condition=Q(feature__in=PhaseActivity.values), name="phase_feature_known"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="phase_ends_after_start",
                violation_error_message=_("It ends before it begins."),
            ),
            # Integer ranges express equality of the consultation, so that the extension btree_gist is not needed.
            ExclusionConstraint(
                name="phases_do_not_overlap",
                expressions=[
                    (
                        Func(
                            Cast("consultation_id", models.BigIntegerField()),
                            Cast("consultation_id", models.BigIntegerField()) + 1,
                            function="int8range",
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                    (Func(F("starts_at"), F("ends_at"), function="tstzrange"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Two phases of a consultation overlap."),
            ),
        )

    def __str__(self) -> str:
        return self.get_feature_display()


class QuestionKind(models.TextChoices):
    """The form of the answers to a question."""

    SINGLE = "single", pgettext_lazy("question", "one choice")
    MULTIPLE = "multiple", pgettext_lazy("question", "several choices")
    SCALE = "scale", pgettext_lazy("question", "a scale from 1 to 5")
    OPEN = "open", pgettext_lazy("question", "own words")


class Question(models.Model):
    """A question of a consultation. Text in `sr` and `en`; `other`: a free answer next to the choices is allowed."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="questions")
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    kind = models.CharField(_("kind"), max_length=8, choices=QuestionKind)
    text = models.CharField(_("question"), max_length=300)
    other = models.BooleanField(_("own answer allowed"), default=False)

    field_inventory: ClassVar = {
        (data_inventory.STAFF_TEXT, data_inventory.AS_RECORD): "text text_sr text_en",
        (data_inventory.CODES, data_inventory.AS_RECORD): "consultation order kind other",
    }

    objects = MultilingualManager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ("order", "id")
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=QuestionKind.values), name="panel_question_kind_known"),
            models.CheckConstraint(
                condition=Q(other=False) | Q(kind__in=("single", "multiple")),
                name="other_only_with_choices",
                violation_error_message=_("Questions of this kind have no choices."),
            ),
        )

    def __str__(self) -> str:
        return self.text


class QuestionChoice(models.Model):
    """A choice of a question. Text in `sr` and `en`."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="choices")
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    text = models.CharField(_("choice"), max_length=200)

    field_inventory: ClassVar = {
        (data_inventory.STAFF_TEXT, data_inventory.AS_RECORD): "text text_sr text_en",
        (data_inventory.CODES, data_inventory.AS_RECORD): "question order",
    }

    objects = MultilingualManager()

    class Meta:
        verbose_name = _("choice")
        verbose_name_plural = _("choices")
        ordering = ("order", "id")

    def __str__(self) -> str:
        return self.text


class Theme(models.Model):
    """A label for grouping contributions. Name in `sr` and `en`."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="themes")
    name = models.CharField(_("name"), max_length=80)

    field_inventory: ClassVar = {
        (data_inventory.STAFF_TEXT, data_inventory.AS_RECORD): "name name_sr name_en",
        (data_inventory.CODES, data_inventory.AS_RECORD): "consultation",
    }

    objects = MultilingualManager()

    class Meta:
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name
