"""The bank of questions, and quizzes made of them."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modeltranslation.manager import MultilingualManager

from awareness.publishing.audiences import Level
from awareness.publishing.models import Publication, goes_index
from awareness.publishing.next_steps import KINDS_WITHOUT_RECORD, NextKind
from awareness.quizzes.enums import Frame, QuestionKind, Role
from awareness.quizzes.kinds.validation import LONGEST_CHOICE, LONGEST_NAME
from awareness.quizzes.live.models import ClassAnswer, ClassPupil, ClassSession
from awareness.topics.models import Topic


class PlayMode(models.TextChoices):
    """How a quiz was played."""

    ALONE = "alone", pgettext_lazy("played", "alone")
    CLASS = "class", pgettext_lazy("played", "in a class")


class PlayCount(models.Model):
    """How often a quiz was begun and finished on a day (in Belgrade), alone or in a class (then: by how many pupils)."""

    quiz = models.ForeignKey("quizzes.Quiz", on_delete=models.CASCADE, related_name="play_counts")
    day = models.DateField()
    way = models.CharField(max_length=5, choices=PlayMode)
    started = models.PositiveIntegerField(default=0)
    finished = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("quiz", "day", "way"), name="one_play_count_a_day"),
            models.CheckConstraint(condition=Q(way__in=PlayMode.values), name="play_way_known"),
        )

    def __str__(self) -> str:
        return f"{self.quiz_id} {self.day} {self.way}"


class QuestionCount(models.Model):
    """How often a question of a quiz was shown and answered, and the credit of the answers together (each 0 to 1)."""

    quiz = models.ForeignKey("quizzes.Quiz", on_delete=models.CASCADE, related_name="question_counts")
    question = models.ForeignKey("quizzes.Question", on_delete=models.CASCADE, related_name="counts")
    shown = models.PositiveBigIntegerField(default=0)
    answered = models.PositiveBigIntegerField(default=0)
    credit = models.FloatField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("quiz", "question"), name="one_count_a_question"),
            models.CheckConstraint(condition=Q(credit__gte=0), name="credit_not_negative"),
            models.CheckConstraint(condition=Q(credit__lte=F("answered") + 0.000001), name="credit_within_answers"),
        )

    def __str__(self) -> str:
        return f"{self.quiz_id} {self.question_id}"


class ChoiceCount(models.Model):
    """How often a choice was chosen in a quiz; where things are ordered or paired, how often it was put right."""

    quiz = models.ForeignKey("quizzes.Quiz", on_delete=models.CASCADE, related_name="choice_counts")
    choice = models.ForeignKey("quizzes.QuestionChoice", on_delete=models.CASCADE, related_name="counts")
    chosen = models.PositiveBigIntegerField(default=0)

    class Meta:
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
    """How hard a question is among those of its level."""

    EASY = 1, pgettext_lazy("question", "easy")
    MEDIUM = 2, pgettext_lazy("question", "medium")
    HARD = 3, pgettext_lazy("question", "hard")


class Question(models.Model):
    """A question of the bank; it may stand in many quizzes. Texts are written in `sr` and `en`. `questions.shape.Question` is the same as plain data."""

    kind = models.CharField(_("kind"), max_length=10, choices=QuestionKind)
    name = models.CharField(
        _("name"), max_length=LONGEST_NAME, help_text=_("For editors: what it is found by in the bank.")
    )
    text = models.TextField(_("question"), help_text=_("Of “What would you do”: how the story begins."))
    frame = models.CharField(
        pgettext_lazy("question", "mock"),
        max_length=10,
        choices=Frame,
        blank=True,
        help_text=_("Only where clues are to be found: what they are found in."),
    )
    explanation = models.TextField(_("explanation"), blank=True, help_text=_("Shown to everybody after the answer."))
    source_title = models.CharField(_("source"), max_length=300, blank=True)
    source_url = models.URLField(_("address of the source"), max_length=500, blank=True)
    topic = models.ForeignKey(
        Topic, verbose_name=_("topic"), on_delete=models.SET_NULL, null=True, blank=True, related_name="questions"
    )
    level = models.CharField(_("age"), max_length=5, choices=Level, blank=True)
    difficulty = models.PositiveSmallIntegerField(_("difficulty"), choices=Difficulty, default=Difficulty.MEDIUM)
    shuffle = models.BooleanField(_("answers in any order"), default=True)
    category = models.CharField(
        _("category"), max_length=300, blank=True, help_text=_("Where another system files it, such as Moodle.")
    )
    revision = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField(_("last changed"), default=timezone.now, editable=False)

    objects = MultilingualManager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ("-changed_at", "-id")
        indexes = (models.Index(fields=["-changed_at", "-id"], name="question_latest_first"),)
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=QuestionKind.values), name="question_kind_known"),
            models.CheckConstraint(condition=Q(frame__in=["", *Frame.values]), name="question_frame_known"),
            models.CheckConstraint(condition=Q(level__in=["", *Level.values]), name="question_level_known"),
            models.CheckConstraint(condition=Q(difficulty__in=Difficulty.values), name="question_difficulty_known"),
        )

    def __str__(self) -> str:
        return self.name


class QuestionChoice(models.Model):
    """A part of a question that is chosen, ordered, paired or written; see `questions.shape.Choice`."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="choices")
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    text = models.CharField(_("text"), max_length=LONGEST_CHOICE)
    match = models.CharField(
        _("belongs to"), max_length=LONGEST_CHOICE, blank=True, help_text=_("The other half of a pair, or the group.")
    )
    weight = models.DecimalField(
        _("credit, %"),
        max_digits=8,
        decimal_places=5,
        default=0,
        validators=[MinValueValidator(-100), MaxValueValidator(100)],
        help_text=_("100: right. 0: not right. The right ones of several make 100 together."),
    )
    feedback = models.TextField(_("said to who chose it"), blank=True)
    missed = models.TextField(_("said to who should have"), blank=True)
    role = models.CharField(_("part of the mock"), max_length=10, choices=Role, blank=True)
    at = models.PositiveSmallIntegerField(_("in situation"), default=0)
    leads_to = models.PositiveSmallIntegerField(
        _("leads to situation"), null=True, blank=True, help_text=_("Empty: the story ends.")
    )
    tolerance = models.DecimalField(_("give or take"), max_digits=30, decimal_places=12, null=True, blank=True)

    objects = MultilingualManager()

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ("order", "id")
        constraints = (
            models.CheckConstraint(condition=Q(weight__gte=-100, weight__lte=100), name="choice_weight_in_percent"),
            models.CheckConstraint(condition=Q(role__in=["", *Role.values]), name="choice_role_known"),
            models.CheckConstraint(
                condition=Q(tolerance=None) | Q(tolerance__gte=0), name="choice_tolerance_not_negative"
            ),
        )

    def __str__(self) -> str:
        return self.text


class QuestionSituation(models.Model):
    """Where a choice in a scenario leads."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="situations")
    number = models.PositiveSmallIntegerField(_("number"), validators=[MinValueValidator(1)])
    text = models.TextField(_("what happens"))

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


class Quiz(Publication):
    """Questions of the bank in an order. Title and summary are written in `sr` and `en`."""

    title = models.CharField(_("title"), max_length=160)
    summary = models.CharField(_("in one sentence"), max_length=300)
    level = models.CharField(_("age"), max_length=5, choices=Level)
    minutes = models.PositiveSmallIntegerField(
        _("takes about, minutes"), default=6, validators=[MinValueValidator(1), MaxValueValidator(120)]
    )
    topics = models.ManyToManyField(Topic, verbose_name=_("topics"), blank=True, related_name="quizzes")

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
            models.CheckConstraint(condition=Q(level__in=Level.values), name="quiz_level_known"),
        )

    def __str__(self) -> str:
        return self.title


class QuizEntry(models.Model):
    """A question's place in a quiz."""

    quiz = models.ForeignKey(Quiz, on_delete=models.CASCADE, related_name="entries")
    question = models.ForeignKey(Question, verbose_name=_("question"), on_delete=models.PROTECT, related_name="entries")
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("question of the quiz")
        verbose_name_plural = _("questions of the quiz")
        ordering = ("order", "id")
        constraints = (models.UniqueConstraint(fields=("quiz", "question"), name="question_once_in_a_quiz"),)

    def __str__(self) -> str:
        return str(self.question)


class ResultText(models.Model):
    """What is said at the end of a quiz, from a score (in percent) upwards."""

    quiz = models.ForeignKey(Quiz, on_delete=models.CASCADE, related_name="closings")
    from_percent = models.PositiveSmallIntegerField(_("from, %"), default=0, validators=[MaxValueValidator(100)])
    text = models.TextField(_("what is said"))

    objects = MultilingualManager()

    class Meta:
        verbose_name = _("closing words")
        verbose_name_plural = _("closing words")
        ordering = ("from_percent",)
        constraints = (
            models.UniqueConstraint(fields=("quiz", "from_percent"), name="one_closing_a_score"),
            models.CheckConstraint(condition=Q(from_percent__lte=100), name="closing_in_percent"),
        )

    def __str__(self) -> str:
        return f"{self.from_percent} %"


class NextStep(models.Model):
    """What next: something of this site, named by the slug in its address (of a report: the category)."""

    quiz = models.ForeignKey(Quiz, on_delete=models.CASCADE, related_name="next_steps")
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    kind = models.CharField(_("what"), max_length=10, choices=NextKind)
    slug = models.SlugField(_("address"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("what next")
        verbose_name_plural = _("what next")
        ordering = ("order", "id")
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=NextKind.values), name="next_kind_known"),
            models.CheckConstraint(
                condition=Q(kind__in=KINDS_WITHOUT_RECORD) | ~Q(slug=""),
                name="next_step_leads_somewhere",
                violation_error_message=_("Write the address of where it leads."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.slug}"
