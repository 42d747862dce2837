"""Classes, who joined them, and what was answered; all of it is erased a day after the opening at the latest."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clicksafely.common import data_inventory

CODE = r"^[0-9]{8}$"


class Pace(models.TextChoices):
    """Who says when the next question comes."""

    TEACHER = "teacher", _("Together: the teacher leads")
    SELF = "self", _("Each pupil in their own time")


class Phase(models.TextChoices):
    """Where a class is. `SHOWN` (answers are closed and talked about) is only between questions that a teacher leads through."""

    LOBBY = "lobby", pgettext_lazy("class", "waiting for the start")
    ASKING = "asking", pgettext_lazy("class", "answering")
    SHOWN = "shown", pgettext_lazy("class", "talking about it")
    FINISHED = "finished", pgettext_lazy("class", "finished")


class ClassSession(models.Model):
    """One class with one quiz. `control_digest` is the SHA-256 of the key in the teacher's address; `content` the quiz as it was at the opening.

    `questions` and `revisions` name the bank's rows of that content, in its order. `version` counts the teacher's steps: whoever shows the
    class compares it.
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
    """Somebody who joined: a random key in their own address, and nothing else."""

    session = models.ForeignKey(ClassSession, on_delete=models.CASCADE, related_name="pupils")
    key = models.CharField(max_length=16)

    field_inventory: ClassVar = {
        (data_inventory.DIGEST, data_inventory.WITH_THE_CLASS): "key",
        (data_inventory.CODES, data_inventory.WITH_THE_CLASS): "session",
    }

    class Meta:
        constraints = (models.UniqueConstraint(fields=("session", "key"), name="one_pupil_a_key"),)

    def __str__(self) -> str:
        return str(self.pk)


class ClassAnswer(models.Model):
    """The one answer of a pupil to the question at a place: as `questions.answers` has it, and its credit (None: not scored)."""

    pupil = models.ForeignKey(ClassPupil, on_delete=models.CASCADE, related_name="answers")
    session = models.ForeignKey(ClassSession, on_delete=models.CASCADE, related_name="answers")
    position = models.PositiveSmallIntegerField()
    answer = models.JSONField()
    credit = models.FloatField(null=True)

    field_inventory: ClassVar = {
        (data_inventory.PUPIL, data_inventory.WITH_THE_CLASS): "pupil session position answer credit"
    }

    class Meta:
        indexes = (models.Index(fields=["session", "position"], name="class_answers_of_a_question"),)
        constraints = (
            models.UniqueConstraint(fields=("pupil", "position"), name="one_answer_a_pupil_and_question"),
            models.CheckConstraint(
                condition=Q(credit=None) | Q(credit__gte=0, credit__lte=1), name="class_credit_is_a_share"
            ),
        )

    def __str__(self) -> str:
        return f"{self.pupil_id} {self.position}"
