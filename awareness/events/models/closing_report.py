"""Closing reports of dates: participants, schools and self-assessments before and after. Anonymous figures only."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from awareness.events.enums import ParticipantGroup, SchoolKind
from awareness.events.models.event import EventDate
from clicksafely.common import data_inventory
from clicksafely.common.places.fields import town_field

MAX_PARTICIPANTS = 20_000
# Answers to "I feel safe on the internet", from 1 (not at all) to 5 (completely).
SCORES = 5


def _scores(name: Any) -> "ArrayField[list[int], list[int]]":
    return ArrayField(models.PositiveSmallIntegerField(), size=SCORES, default=list, verbose_name=name, blank=True)


def _people(name: Any) -> "models.PositiveIntegerField[int, int]":
    return models.PositiveIntegerField(name, default=0, validators=[MaxValueValidator(MAX_PARTICIPANTS)])


class ClosingReport(models.Model):
    """The closing report of one date. `participants` is the head count and equals the sum of the groups.

    `before` and `after` hold five counts of answers, for the scores 1 to 5. Both are empty if the question was not put.
    """

    date = models.OneToOneField(EventDate, verbose_name=_("date"), on_delete=models.PROTECT, related_name="report")
    participants = _people(_("total participants"))
    children = _people(ParticipantGroup.CHILDREN.label)
    youth = _people(ParticipantGroup.YOUTH.label)
    parents = _people(ParticipantGroup.PARENTS.label)
    teachers = _people(ParticipantGroup.TEACHERS.label)
    stakeholders = _people(ParticipantGroup.STAKEHOLDERS.label)
    before = _scores(_("answers before, from 1 to 5"))
    after = _scores(_("answers after, from 1 to 5"))
    note = models.TextField(_("notes"), max_length=4000, blank=True)
    closed_at = models.DateTimeField(_("closed"), editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )

    field_inventory: ClassVar = {
        (data_inventory.STAFF, data_inventory.FOR_FIGURES): "closed_by",
        (data_inventory.STAFF_TEXT, data_inventory.FOR_FIGURES): "note",
        (data_inventory.CODES, data_inventory.FOR_FIGURES): (
            "date participants children youth parents teachers stakeholders before after closed_at"
        ),
    }

    class Meta:
        verbose_name = _("closing report")
        verbose_name_plural = _("closing reports")
        ordering = ("-date__starts_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(participants=F("children") + F("youth") + F("parents") + F("teachers") + F("stakeholders")),
                name="report_groups_add_up",
                violation_error_message=_("The sum of the groups differs from the total number of participants."),
            ),
            models.CheckConstraint(
                condition=Q(participants__lte=MAX_PARTICIPANTS), name="report_participants_sensible"
            ),
            models.CheckConstraint(
                condition=(Q(before__len=0) | Q(before__len=SCORES)) & (Q(after__len=0) | Q(after__len=SCORES)),
                name="report_scores_are_five",
            ),
        )

    def __str__(self) -> str:
        return str(self.date)


class SchoolAttendance(models.Model):
    """Number of participants from one school."""

    report = models.ForeignKey(ClosingReport, on_delete=models.CASCADE, related_name="schools")
    school = models.CharField(_("school"), max_length=160)
    school_kind = models.CharField(_("kind of school"), max_length=10, choices=SchoolKind)
    town = town_field(_("town of the school"))
    participants = _people(_("participants"))

    field_inventory: ClassVar = {
        (data_inventory.SCHOOL, data_inventory.FOR_FIGURES): "school school_kind town",
        (data_inventory.CODES, data_inventory.FOR_FIGURES): "report participants",
    }

    class Meta:
        verbose_name = _("school")
        verbose_name_plural = _("schools")
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("report", "town", "school"),
                name="one_attendance_a_school",
                violation_error_message=_("This school is already in the report."),
            ),
            models.CheckConstraint(condition=Q(school_kind__in=SchoolKind.values), name="attendance_kind_known"),
            models.CheckConstraint(condition=Q(participants__range=(1, MAX_PARTICIPANTS)), name="attendance_not_empty"),
        )

    def __str__(self) -> str:
        return self.school
