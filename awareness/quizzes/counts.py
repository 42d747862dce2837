"""Counters of how quizzes are played and answered. Nothing here is about a person; `counting` writes them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy


class Way(models.TextChoices):
    """How a quiz was played."""

    ALONE = "alone", pgettext_lazy("played", "alone")
    CLASS = "class", pgettext_lazy("played", "in a class")


class PlayCount(models.Model):
    """How often a quiz was begun and finished on a day (in Belgrade), alone or in a class (then: by how many pupils)."""

    quiz = models.ForeignKey("quizzes.Quiz", on_delete=models.CASCADE, related_name="play_counts")
    day = models.DateField()
    way = models.CharField(max_length=5, choices=Way)
    started = models.PositiveIntegerField(default=0)
    finished = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("quiz", "day", "way"), name="one_play_count_a_day"),
            models.CheckConstraint(condition=Q(way__in=Way.values), name="play_way_known"),
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
