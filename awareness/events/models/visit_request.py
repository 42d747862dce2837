"""Requests of schools for a visit, which coordinators turn into a date."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from awareness.events.enums import SchoolKind, VisitState
from awareness.events.models.booking import MAX_CLASS_SIZE
from awareness.events.models.event import EventDate
from awareness.topics.models import Topic
from clicksafely.common import data_inventory
from clicksafely.common.crypto.key_rotation import SealedColumn
from clicksafely.common.places.fields import town_field
from clicksafely.common.references import format_reference

MAX_WEEKS = 3
_S = VisitState


class VisitRequest(models.Model):
    """A school's request for a visit in one of up to three weeks (`weeks`, Mondays). `topic` is empty for any topic.

    `sealed` holds the teacher's name, e-mail address, telephone and message as JSON. It is sealed to the ring
    "bookings" and is empty once erased. `uuid` is a digest of the form's state, so that a repeated submission is
    refused. `date` is the date made from the request.
    """

    uuid = models.UUIDField(unique=True, editable=False)
    state = models.CharField(_("state"), max_length=8, choices=VisitState, default=VisitState.NEW)
    school = models.CharField(_("school"), max_length=160)
    school_kind = models.CharField(_("kind of school"), max_length=10, choices=SchoolKind)
    town = town_field(_("town of the school"))
    grade = models.PositiveSmallIntegerField(_("grade"), null=True, blank=True)
    pupils = models.PositiveSmallIntegerField(
        _("pupils"), validators=[MinValueValidator(1), MaxValueValidator(MAX_CLASS_SIZE)]
    )
    topic = models.ForeignKey(
        Topic, verbose_name=_("topic"), on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    weeks = ArrayField(models.DateField(), size=MAX_WEEKS, verbose_name=_("possible weeks"))
    last_week = models.DateField(editable=False)
    date = models.ForeignKey(
        EventDate,
        verbose_name=_("date"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="visit_requests",
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    language = models.CharField(_("language"), max_length=7, choices=settings.LANGUAGES)
    sealed = models.BinaryField(null=True, editable=False)
    requested_at = models.DateTimeField(_("requested"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("last changed"), default=timezone.now, editable=False)
    erased_at = models.DateTimeField(null=True, editable=False)

    sealed_fields = (SealedColumn(ring="bookings", column="sealed", table="events_visitrequest", field="sealed"),)
    field_inventory: ClassVar = {
        (data_inventory.SEALED, data_inventory.AFTER_THE_VISIT): "sealed",
        (data_inventory.STAFF_TEXT, data_inventory.AFTER_THE_VISIT): "reason",
        (data_inventory.SCHOOL, data_inventory.FOR_FIGURES): "school school_kind town",
        (data_inventory.CODES, data_inventory.FOR_FIGURES): (
            "state grade pupils topic weeks last_week date language requested_at changed_at erased_at"
        ),
    }

    class Meta:
        verbose_name = _("request for a visit")
        verbose_name_plural = _("requests for a visit")
        ordering = ("-requested_at", "-id")
        default_permissions = ("change", "view")
        indexes = (
            models.Index(fields=("state", "-requested_at", "-id"), name="visit_newest_of_state"),
            models.Index(fields=("last_week",), name="visit_to_erase", condition=Q(erased_at=None)),
        )
        constraints = (
            models.CheckConstraint(condition=Q(state__in=VisitState.values), name="visit_state_known"),
            models.CheckConstraint(condition=Q(school_kind__in=SchoolKind.values), name="visit_school_kind_known"),
            models.CheckConstraint(condition=Q(pupils__range=(1, MAX_CLASS_SIZE)), name="visit_pupils_sensible"),
            models.CheckConstraint(condition=Q(grade=None) | Q(grade__range=(1, 8)), name="visit_grade_sensible"),
            models.CheckConstraint(condition=Q(weeks__len__range=(1, MAX_WEEKS)), name="visit_has_weeks"),
            models.CheckConstraint(
                condition=Q(state=_S.PLANNED, date__isnull=False) | ~Q(state=_S.PLANNED) & Q(date=None),
                name="visit_date_once_planned",
            ),
            models.CheckConstraint(condition=Q(reason="") | Q(state=_S.DECLINED), name="visit_reason_once_declined"),
            models.CheckConstraint(
                condition=Q(erased_at=None, sealed__isnull=False) | Q(erased_at__isnull=False, sealed=None),
                name="visit_sealed_until_erased",
            ),
        )

    def __str__(self) -> str:
        return self.school

    @property
    def reference(self) -> str:
        """The number that the school and the staff know, `V-2026-000042`."""
        return format_reference("V", self.requested_at, self.pk)
