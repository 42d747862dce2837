"""Assessments, the data-driven questions they answer, and what was done."""

from django.conf import settings
from django.db import models
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from hotline.models.content_items import ContentItem
from hotline.models.report import Report
from hotline.states import Round, Verdict


def _in_language(serbian: str, english: str) -> str:
    return english if get_language() == "en" else serbian


class QuestionSet(models.Model):
    """A version of the questions. One is active; assessments keep the version they answered."""

    version = models.CharField(_("version"), max_length=32, unique=True)
    active = models.BooleanField(_("active"), default=False)

    class Meta:
        verbose_name = _("question set")
        verbose_name_plural = _("question sets")
        constraints = [
            models.UniqueConstraint(fields=["active"], condition=models.Q(active=True), name="one_active_question_set")
        ]

    def __str__(self) -> str:
        return self.version


class Question(models.Model):
    """One question. The first of a set leads: its answers name the verdict.

    `only_if_illegal`: asked only where the leading answer's verdict is illegal.
    """

    question_set = models.ForeignKey(QuestionSet, on_delete=models.CASCADE, related_name="questions")
    code = models.CharField(max_length=40)
    label_sr = models.CharField(max_length=120)
    label_en = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField()
    only_if_illegal = models.BooleanField(default=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["question_set", "code"], name="question_code_unique")]

    def __str__(self) -> str:
        return self.code

    @property
    def label(self) -> str:
        """In the language of the page."""
        return _in_language(self.label_sr, self.label_en)


class Answer(models.Model):
    """A possible answer; `iccam_id` is the code of the INHOPE exchange, `verdict` is set on leading answers, `key` is the desk's key."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="answers")
    code = models.CharField(max_length=40)
    label_sr = models.CharField(max_length=120)
    label_en = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=1)
    iccam_id = models.PositiveSmallIntegerField(null=True)
    verdict = models.CharField(max_length=16, choices=Verdict, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["question", "code"], name="answer_code_unique")]

    def __str__(self) -> str:
        return self.code

    @property
    def label(self) -> str:
        """In the language of the page."""
        return _in_language(self.label_sr, self.label_en)


class AgreementLevel(models.IntegerChoices):
    """In how much a second opinion says the same as the first."""

    NOTHING = 0
    VERDICT = 1
    ANSWERS = 2


class Assessment(models.Model):
    """What one person says one content item is. `answers` is {question code: answer code}; `agreed` is one of Agreed, of second opinions alone."""

    item = models.ForeignKey(ContentItem, on_delete=models.PROTECT, related_name="assessments")
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="assessments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    question_set = models.ForeignKey(QuestionSet, on_delete=models.PROTECT, related_name="+")
    round = models.CharField(max_length=12, choices=Round)
    answers = models.JSONField()
    verdict = models.CharField(max_length=16, choices=Verdict)
    # Written down with it: who counts agreement would have to look up a first opinion for each second one.
    agreed = models.PositiveSmallIntegerField(null=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "round"], name="one_assessment_a_round"),
            # Four eyes: nobody assesses the same item twice.
            models.UniqueConstraint(fields=["item", "author"], name="one_assessment_a_person"),
        ]
        # What supervisors count is all in it.
        indexes = [models.Index(fields=["made_at"], include=["author", "agreed"], name="assessment_counted")]

    def __str__(self) -> str:
        return f"{self.round} assessment of item {self.item_id}"


class ActionKind(models.TextChoices):
    """What was done about an item."""

    POLICE = "police", pgettext_lazy("action", "reported to the police")
    HOST = "host", pgettext_lazy("action", "reported to the host or platform")
    PARTNER = "partner", pgettext_lazy("action", "handed to a partner hotline")
    REMOVED = "removed", pgettext_lazy("action", "found removed")
    UNAVAILABLE = "unavailable", pgettext_lazy("action", "found unavailable")
    MOVED = "moved", pgettext_lazy("action", "found moved")
    SIGNPOST = "signpost", pgettext_lazy("action", "pointed to help")


class Action(models.Model):
    """One thing done about an item: recorded when a hand-over went out or a watch ended, or by hand."""

    item = models.ForeignKey(ContentItem, on_delete=models.PROTECT, related_name="actions")
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="actions")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("what was done"), max_length=12, choices=ActionKind)
    done_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.item_id}"
