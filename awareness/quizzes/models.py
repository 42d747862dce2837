"""Question bank, quizzes, and their counters."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modeltranslation.manager import MultilingualManager

from awareness.publishing.audiences import QuizLevel
from awareness.publishing.models import CheckedRecord, Publication, goes_index
from awareness.publishing.next_steps import KINDS_WITHOUT_RECORD, NextKind
from awareness.quizzes.enums import Frame, Role
from awareness.quizzes.kinds.registry import QUESTION_KINDS, kind_choices
from awareness.quizzes.kinds.validation import MAX_CHOICE_LENGTH, MAX_NAME_LENGTH
from awareness.quizzes.live.models import ClassAnswer, ClassPupil, ClassSession
from awareness.topics.models import Topic


class PlayMode(models.TextChoices):
    """Play mode of a quiz."""

    ALONE = "alone", pgettext_lazy("quiz mode", "alone")
    CLASS = "class", pgettext_lazy("quiz mode", "in a class")


class PlayCount(models.Model):
    """Attempts at a quiz on a day (Europe/Belgrade), by play mode. In class, each pupil counts."""

    quiz = models.ForeignKey("quizzes.Quiz", on_delete=models.CASCADE, related_name="play_counts")
    day = models.DateField()
    mode = models.CharField(max_length=5, choices=PlayMode)
    started = models.PositiveIntegerField(default=0)
    finished = models.PositiveIntegerField(default=0)

    impersonal_fields: ClassVar = ""

    class Meta:
        verbose_name = _("play count")
        verbose_name_plural = _("play counts")
        constraints = (
            models.UniqueConstraint(fields=("quiz", "day", "mode"), name="one_play_count_a_day"),
            models.CheckConstraint(condition=Q(mode__in=PlayMode.values), name="play_mode_known"),
        )

    def __str__(self) -> str:
        return f"{self.quiz_id} {self.day} {self.mode}"


class QuestionCount(models.Model):
    """Counts of a question in a quiz, and the sum of credits (each 0 to 1)."""

    quiz = models.ForeignKey("quizzes.Quiz", on_delete=models.CASCADE, related_name="question_counts")
    question = models.ForeignKey("quizzes.Question", on_delete=models.CASCADE, related_name="counts")
    shown = models.PositiveBigIntegerField(default=0)
    answered = models.PositiveBigIntegerField(default=0)
    credit = models.FloatField(default=0)

    impersonal_fields: ClassVar = ""

    class Meta:
        verbose_name = _("count of a question")
        verbose_name_plural = _("counts of questions")
        constraints = (
            models.UniqueConstraint(fields=("quiz", "question"), name="one_count_a_question"),
            models.CheckConstraint(condition=Q(credit__gte=0), name="credit_not_negative"),
            models.CheckConstraint(condition=Q(credit__lte=F("answered") + 0.000001), name="credit_within_answers"),
        )

    def __str__(self) -> str:
        return f"{self.quiz_id} {self.question_id}"


class ChoiceCount(models.Model):
    """Selections of a choice in a quiz. Ordering and pairing count correct placements."""

    quiz = models.ForeignKey("quizzes.Quiz", on_delete=models.CASCADE, related_name="choice_counts")
    choice = models.ForeignKey("quizzes.QuestionChoice", on_delete=models.CASCADE, related_name="counts")
    chosen = models.PositiveBigIntegerField(default=0)

    impersonal_fields: ClassVar = ""

    class Meta:
        verbose_name = _("count of a choice")
        verbose_name_plural = _("counts of choices")
        constraints = (models.UniqueConstraint(fields=("quiz", "choice"), name="one_count_a_choice"),)

    def __str__(self) -> str:
        return f"{self.quiz_id} {self.choice_id}"


__all__ = [
    "ChoiceCount",
    "ClassAnswer",
    "ClassPupil",
    "ClassSession",
    "NextStep",
    "PlayCount",
    "PlayMode",
    "Question",
    "QuestionChoice",
    "QuestionCount",
    "QuestionSituation",
    "Quiz",
    "QuizEntry",
    "ResultText",
]


class Difficulty(models.IntegerChoices):
    """Difficulty of a question within its age group."""

    EASY = 1, pgettext_lazy("question", "easy")
    MEDIUM = 2, pgettext_lazy("question", "medium")
    HARD = 3, pgettext_lazy("question", "hard")


class Question(models.Model):
    """A question of the bank, usable in many quizzes. Texts are in `sr` and `en`. See `kinds.schemas.Question`."""

    kind = models.CharField(_("kind"), max_length=10, choices=kind_choices)
    name = models.CharField(
        _("name"), max_length=MAX_NAME_LENGTH, help_text=_("For editors. Used to find the question in the bank.")
    )
    text = models.TextField(_("question"), help_text=_("For “What would you do”: the beginning of the story."))
    frame = models.CharField(
        pgettext_lazy("question", "sample"),
        max_length=10,
        choices=Frame,
        blank=True,
        help_text=_("For “Find the clues” only: the kind of sample."),
    )
    explanation = models.TextField(_("explanation"), blank=True, help_text=_("Shown after every answer."))
    discussion = models.TextField(
        _("prompt for discussion"),
        blank=True,
        help_text=_("A question for the class after a live quiz. If it is empty, the explanation is shown."),
    )
    source_title = models.CharField(_("source"), max_length=300, blank=True)
    source_url = models.URLField(_("address of the source"), max_length=500, blank=True)
    topic = models.ForeignKey(
        Topic, verbose_name=_("topic"), on_delete=models.SET_NULL, null=True, blank=True, related_name="questions"
    )
    level = models.CharField(_("readers"), max_length=10, choices=QuizLevel, blank=True)
    difficulty = models.PositiveSmallIntegerField(_("difficulty"), choices=Difficulty, default=Difficulty.MEDIUM)
    shuffle = models.BooleanField(_("shuffle the answers"), default=True)
    category = models.CharField(
        _("category"), max_length=300, blank=True, help_text=_("Category in another system, such as Moodle.")
    )
    revision = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField(_("last changed"), default=timezone.now, editable=False)

    impersonal_fields: ClassVar = "name text explanation discussion source_title source_url category"

    objects = MultilingualManager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ("-changed_at", "-id")
        indexes = (models.Index(fields=["-changed_at", "-id"], name="question_latest_first"),)
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=list(QUESTION_KINDS)), name="question_kind_known"),
            models.CheckConstraint(condition=Q(frame__in=["", *Frame.values]), name="question_frame_known"),
            models.CheckConstraint(condition=Q(level__in=["", *QuizLevel.values]), name="question_level_known"),
            models.CheckConstraint(condition=Q(difficulty__in=Difficulty.values), name="question_difficulty_known"),
        )

    def __str__(self) -> str:
        return Truncator(self.text).chars(90)


class QuestionChoice(models.Model):
    """A choice of a question. `kinds.schemas.Choice` describes the fields."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="choices")
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    text = models.CharField(_("text"), max_length=MAX_CHOICE_LENGTH)
    match = models.CharField(
        _("belongs to"),
        max_length=MAX_CHOICE_LENGTH,
        blank=True,
        help_text=_("The other half of a pair, or the group."),
    )
    weight = models.DecimalField(
        _("weight, %"),
        max_digits=8,
        decimal_places=5,
        default=0,
        validators=[MinValueValidator(-100), MaxValueValidator(100)],
        help_text=_("100: right. 0: wrong. The weights of several right answers add up to 100."),
    )
    feedback = models.TextField(_("feedback if chosen"), blank=True)
    missed = models.TextField(_("feedback if missed"), blank=True)
    role = models.CharField(_("part of the sample"), max_length=10, choices=Role, blank=True)
    at = models.PositiveSmallIntegerField(_("in situation"), default=0)
    leads_to = models.PositiveSmallIntegerField(
        _("leads to situation"), null=True, blank=True, help_text=_("Leave empty to end the story.")
    )
    tolerance = models.DecimalField(_("tolerance"), max_digits=30, decimal_places=12, null=True, blank=True)

    impersonal_fields: ClassVar = "text match feedback missed"

    objects = MultilingualManager()

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ("order", "id")
        constraints = (
            models.CheckConstraint(condition=Q(weight__gte=-100, weight__lte=100), name="choice_weight_in_percent"),
            models.CheckConstraint(condition=Q(role__in=["", *Role.values]), name="choice_role_known"),
            models.CheckConstraint(
                condition=Q(tolerance=None) | Q(tolerance__gte=0),
                name="choice_tolerance_not_negative",
                violation_error_message=_("A tolerance cannot be negative."),
            ),
        )

    def __str__(self) -> str:
        return self.text


class QuestionSituation(models.Model):
    """A situation in a scenario."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="situations")
    number = models.PositiveSmallIntegerField(_("number"), validators=[MinValueValidator(1)])
    text = models.TextField(_("text"))

    impersonal_fields: ClassVar = "text"

    objects = MultilingualManager()

    class Meta:
        verbose_name = _("situation")
        verbose_name_plural = _("situations")
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=("question", "number"), name="one_situation_a_number"),
            models.CheckConstraint(condition=Q(number__gte=1), name="situation_number_from_one"),
        )

    def __str__(self) -> str:
        return str(self.number)


class Quiz(CheckedRecord, Publication):
    """An ordered list of questions. Title and summary are in `sr` and `en`."""

    title = models.CharField(_("title"), max_length=160)
    summary = models.CharField(_("in one sentence"), max_length=300)
    level = models.CharField(_("readers"), max_length=10, choices=QuizLevel)
    minutes = models.PositiveSmallIntegerField(
        _("duration, minutes"), default=6, validators=[MinValueValidator(1), MaxValueValidator(120)]
    )
    topics = models.ManyToManyField(Topic, verbose_name=_("topics"), blank=True, related_name="quizzes")
    needs_approval = models.BooleanField(
        _("not approved yet"),
        default=False,
        db_default=False,
        help_text=_("Untick it when the Centre has approved the text. Until then it cannot be published."),
    )

    impersonal_fields: ClassVar = "slug title summary"

    versioned_parts: ClassVar[tuple[str, ...]] = ("entries", "closings", "next_steps")

    class Meta(Publication.Meta):
        verbose_name = _("quiz")
        verbose_name_plural = _("quizzes")
        ordering = ("-published_at", "-id")
        indexes = (
            models.Index(fields=["-published_at", "-id"], name="quiz_latest_first"),
            goes_index("quiz_goes"),
        )
        constraints = (  # type: ignore[assignment]
            *Publication.Meta.constraints,
            models.CheckConstraint(condition=Q(level__in=QuizLevel.values), name="quiz_level_known"),
        )

    def __str__(self) -> str:
        return self.title

    def publication_faults(self) -> dict[str, str]:
        """Return what must be done before publication: the approval."""
        return {"needs_approval": str(_("Approve the text before you publish it."))} if self.needs_approval else {}


class QuizEntry(models.Model):
    """A question's position in a quiz."""

    quiz = models.ForeignKey(Quiz, on_delete=models.CASCADE, related_name="entries")
    question = models.ForeignKey(Question, verbose_name=_("question"), on_delete=models.PROTECT, related_name="entries")
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    impersonal_fields: ClassVar = ""

    class Meta:
        verbose_name = _("quiz question")
        verbose_name_plural = _("quiz questions")
        ordering = ("order", "id")
        constraints = (models.UniqueConstraint(fields=("quiz", "question"), name="question_once_in_a_quiz"),)

    def __str__(self) -> str:
        return str(self.question)


class ResultText(models.Model):
    """Closing text of a quiz, from a score (in percent) upwards."""

    quiz = models.ForeignKey(Quiz, on_delete=models.CASCADE, related_name="closings")
    from_percent = models.PositiveSmallIntegerField(_("from, %"), default=0, validators=[MaxValueValidator(100)])
    text = models.TextField(_("text"))

    impersonal_fields: ClassVar = "text"

    objects = MultilingualManager()

    class Meta:
        verbose_name = _("closing text")
        verbose_name_plural = _("closing texts")
        ordering = ("from_percent",)
        constraints = (
            models.UniqueConstraint(fields=("quiz", "from_percent"), name="one_closing_a_score"),
            models.CheckConstraint(condition=Q(from_percent__lte=100), name="closing_in_percent"),
        )

    def __str__(self) -> str:
        return f"{self.from_percent} %"


class NextStep(models.Model):
    """A suggestion after the quiz: a page of this site, by its slug (a report: by the category)."""

    quiz = models.ForeignKey(Quiz, on_delete=models.CASCADE, related_name="next_steps")
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    kind = models.CharField(_("kind"), max_length=10, choices=NextKind)
    slug = models.SlugField(_("address"), max_length=80, blank=True)

    impersonal_fields: ClassVar = "slug"

    class Meta:
        verbose_name = _("next step")
        verbose_name_plural = _("next steps")
        ordering = ("order", "id")
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=NextKind.values), name="next_kind_known"),
            models.CheckConstraint(
                condition=Q(kind__in=KINDS_WITHOUT_RECORD) | ~Q(slug=""),
                name="next_step_has_target",
                violation_error_message=_("Enter the address of the page."),
            ),
        )

    def __str__(self) -> str:
        return str(self.get_kind_display())
