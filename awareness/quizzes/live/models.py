"""Class sessions, pupils and answers. All are erased within 24 hours of opening."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clicksafely.common import data_inventory

CODE = r"^[0-9]{8}$"


class Pace(models.TextChoices):
    """Whether the teacher or each pupil moves on to the next question."""

    TEACHER = "teacher", _("Together, at the teacher's pace")
    SELF = "self", _("Each pupil at their own pace")


class Phase(models.TextChoices):
    """Phase of a class. `SHOWN` (closed, results displayed) exists with the teacher's pace only."""

    LOBBY = "lobby", pgettext_lazy("class", "waiting for the start")
    ASKING = "asking", pgettext_lazy("class", "answering")
    SHOWN = "shown", pgettext_lazy("class", "discussion")
    FINISHED = "finished", pgettext_lazy("class", "finished")


class ClassSession(models.Model):
    """A class with one quiz.

    `control_digest`: SHA-256 of the key in the teacher's URL. `content`: snapshot of the quiz.

    `position`: of the open question, in a finished class the page of the finale.

    `questions` and `revisions`: the bank's rows in the snapshot, in order. `version` increases with each action of the
    teacher; pages poll it.
    """

    code = models.CharField(max_length=8, unique=True)
    control_digest = models.BinaryField(max_length=32)
    quiz = models.ForeignKey("quizzes.Quiz", on_delete=models.CASCADE, related_name="+")
    content = models.TextField()
    questions = ArrayField(models.BigIntegerField())
    revisions = ArrayField(models.PositiveIntegerField())
    pace = models.CharField(max_length=7, choices=Pace)
    phase = models.CharField(max_length=8, choices=Phase, default=Phase.LOBBY)
    position = models.PositiveSmallIntegerField(default=0)
    locked = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    seed = models.PositiveIntegerField()
    opened_at = models.DateTimeField()
    erase_at = models.DateTimeField()

    field_inventory: ClassVar = {
        (data_inventory.DIGEST, data_inventory.WITH_THE_CLASS): "control_digest",
        (data_inventory.CODES, data_inventory.WITH_THE_CLASS): (
            "code quiz content questions revisions pace phase position locked version seed opened_at erase_at"
        ),
    }

    class Meta:
        verbose_name = _("class session")
        verbose_name_plural = _("class sessions")
        indexes = (models.Index(fields=["erase_at"], name="class_to_erase"),)
        constraints = (
            models.CheckConstraint(condition=Q(code__regex=CODE), name="class_code_is_one"),
            models.CheckConstraint(condition=Q(pace__in=Pace.values), name="class_pace_known"),
            models.CheckConstraint(condition=Q(phase__in=Phase.values), name="class_phase_known"),
            models.CheckConstraint(
                condition=~Q(pace=Pace.SELF) | ~Q(phase=Phase.SHOWN), name="class_in_own_time_shows_nothing"
            ),
            models.CheckConstraint(condition=Q(erase_at__gt=F("opened_at")), name="class_erased_after_opening"),
        )

    def __str__(self) -> str:
        return self.code


class ClassPupil(models.Model):
    """An anonymous pupil, identified by a random key in their URL."""

    session = models.ForeignKey(ClassSession, on_delete=models.CASCADE, related_name="pupils")
    key = models.CharField(max_length=16)

    field_inventory: ClassVar = {
        (data_inventory.DIGEST, data_inventory.WITH_THE_CLASS): "key",
        (data_inventory.CODES, data_inventory.WITH_THE_CLASS): "session",
    }

    class Meta:
        verbose_name = _("pupil of a class")
        verbose_name_plural = _("pupils of a class")
        constraints = (models.UniqueConstraint(fields=("session", "key"), name="one_pupil_a_key"),)

    def __str__(self) -> str:
        return str(self.pk)


class ClassAnswer(models.Model):
    """The only answer of a pupil to the question at a position, as in `kinds.base`. `credit` is None if not scored."""

    pupil = models.ForeignKey(ClassPupil, on_delete=models.CASCADE, related_name="answers")
    session = models.ForeignKey(ClassSession, on_delete=models.CASCADE, related_name="answers")
    position = models.PositiveSmallIntegerField()
    answer = models.JSONField()
    credit = models.FloatField(null=True)

    field_inventory: ClassVar = {
        (data_inventory.PUPIL, data_inventory.WITH_THE_CLASS): "pupil session position answer credit"
    }

    class Meta:
        verbose_name = _("answer in a class")
        verbose_name_plural = _("answers in a class")
        indexes = (models.Index(fields=["session", "position"], name="class_answers_of_a_question"),)
        constraints = (
            models.UniqueConstraint(fields=("pupil", "position"), name="one_answer_a_pupil_and_question"),
            models.CheckConstraint(
                condition=Q(credit=None) | Q(credit__gte=0, credit__lte=1), name="class_credit_is_a_share"
            ),
        )

    def __str__(self) -> str:
        return f"{self.pupil_id} {self.position}"
