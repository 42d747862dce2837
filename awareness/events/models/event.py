"""Series, events and event dates."""

import uuid
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modeltranslation.manager import MultilingualManager

from awareness.events.enums import Access, DateState, EventKind, ParticipantGroup, Season, SpokenLanguage
from awareness.publishing.models import Publication, appears_index, goes_index
from awareness.topics.models import Topic
from clicksafely.common.places import TOWNS
from clicksafely.common.places.fields import town_field
from clicksafely.common.revisions import RevisionedModel
from clicksafely.common.serbian.scripts import localized_name

FIRST_YEAR, LAST_YEAR = 2009, 2100
MAX_PLACES = 2000
# The list of past dates and the form of requests for a visit have these addresses.
RESERVED_SLUGS = ("past", "invite")
RESERVED_SLUG = _("This address is reserved for another page. Choose another one.")


def _list_of(name: Any, choices: type[models.TextChoices]) -> "ArrayField[list[str], list[str]]":
    return ArrayField(models.CharField(max_length=30, choices=choices), default=list, blank=True, verbose_name=name)


class Series(models.Model):
    """The events of one season, such as autumn 2026. Title and summary exist in `sr` and `en`."""

    year = models.PositiveSmallIntegerField(
        _("year"), validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)]
    )
    season = models.CharField(_("season"), max_length=6, choices=Season)
    title = models.CharField(_("title"), max_length=160)
    summary = models.CharField(_("in one sentence"), max_length=300, blank=True)

    impersonal_fields: ClassVar = "title summary"

    objects = MultilingualManager()

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = _("series of events")
        # Newest first: "autumn" sorts before "spring".
        ordering = ("-year", "season")
        constraints = (
            models.UniqueConstraint(
                fields=("year", "season"),
                name="one_series_a_season",
                violation_error_message=_("There is a series for this season already."),
            ),
            models.CheckConstraint(condition=Q(season__in=Season.values), name="series_season_known"),
            models.CheckConstraint(condition=Q(year__range=(FIRST_YEAR, LAST_YEAR)), name="series_year_sensible"),
        )

    def __str__(self) -> str:
        return self.title


class Event(Publication):
    """An event; its dates hold times and places. Texts exist in `sr` and `en`; `description` is rich text.

    If `bookable`, schools book places online until `closes_days` days before a date.
    """

    series = models.ForeignKey(
        Series, verbose_name=_("series"), on_delete=models.PROTECT, related_name="events", null=True, blank=True
    )
    kind = models.CharField(pgettext_lazy("event", "kind"), max_length=20, choices=EventKind)
    title = models.CharField(_("title"), max_length=160)
    summary = models.CharField(_("in one sentence"), max_length=300)
    description = models.TextField(_("description"), blank=True)
    topics = models.ManyToManyField(Topic, verbose_name=_("topics"), related_name="events", blank=True)
    audiences = _list_of(_("audience"), ParticipantGroup)
    languages = _list_of(_("languages spoken"), SpokenLanguage)
    access = _list_of(_("accessibility"), Access)
    access_note = models.CharField(_("more about accessibility"), max_length=300, blank=True)
    bookable = models.BooleanField(_("schools can book places"), default=False)
    closes_days = models.PositiveSmallIntegerField(
        _("booking closes (days before)"), default=2, validators=[MaxValueValidator(60)]
    )

    impersonal_fields: ClassVar = "slug title summary description access_note"

    versioned_parts: ClassVar[tuple[str, ...]] = ()

    class Meta(Publication.Meta):
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ("-published_at", "-id")
        indexes = (appears_index("event_appears"), goes_index("event_goes"))
        constraints = (  # type: ignore[assignment]
            *Publication.Meta.constraints,
            models.CheckConstraint(condition=Q(kind__in=EventKind.values), name="event_kind_known"),
            models.CheckConstraint(
                condition=Q(audiences__contained_by=list(ParticipantGroup.values)), name="event_audiences_known"
            ),
            models.CheckConstraint(
                condition=Q(languages__contained_by=list(SpokenLanguage.values)), name="event_languages_known"
            ),
            models.CheckConstraint(condition=Q(access__contained_by=list(Access.values)), name="event_access_known"),
            models.CheckConstraint(condition=Q(closes_days__lte=60), name="event_closes_days_sensible"),
            models.CheckConstraint(
                condition=~Q(slug__in=RESERVED_SLUGS),
                name="event_slug_not_reserved",
                violation_error_message=RESERVED_SLUG,
            ),
        )

    def __str__(self) -> str:
        return self.title


class EventDate(RevisionedModel):
    """One time and place of an event. `place` and `address` are Serbian names; English pages transliterate them.

    `uuid` is the permanent UID in calendars. `sequence` counts changes that matter to participants (RFC 5545, 3.8.7.4).
    `taken` is the number of places of booked and offered bookings. The services update it in the transaction that
    changes a booking; a constraint keeps it within `capacity`.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    event = models.ForeignKey(Event, verbose_name=_("event"), on_delete=models.PROTECT, related_name="dates")
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    town = town_field(_("town"))
    place = models.CharField(_("place"), max_length=160, help_text=_("The school, hall or library, in Serbian."))
    address = models.CharField(_("street and number"), max_length=160, blank=True)
    capacity = models.PositiveSmallIntegerField(
        _("places"), validators=[MinValueValidator(1), MaxValueValidator(MAX_PLACES)]
    )
    taken = models.PositiveSmallIntegerField(default=0, editable=False)
    state = models.CharField(_("state"), max_length=9, choices=DateState, default=DateState.PLANNED, editable=False)
    cancellation_reason = models.CharField(_("reason for cancellation"), max_length=300, blank=True, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    impersonal_fields: ClassVar = "town place address cancellation_reason"

    objects = MultilingualManager()

    class Meta:
        verbose_name = _("date")
        verbose_name_plural = _("dates")
        ordering = ("starts_at", "id")
        indexes = (
            models.Index(fields=("starts_at", "id"), name="date_by_start"),
            models.Index(fields=("town", "starts_at"), name="date_by_town"),
            models.Index(fields=("ends_at",), name="date_by_end"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="date_ends_after_start",
                violation_error_message=_("It ends before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(capacity__range=(1, MAX_PLACES)),
                name="date_capacity_sensible",
                violation_error_message=_("The number of places must be between 1 and 2,000."),
            ),
            models.CheckConstraint(
                condition=Q(taken__lte=F("capacity")),
                name="date_not_overbooked",
                violation_error_message=_("The capacity is lower than the number of places taken."),
            ),
            models.CheckConstraint(condition=Q(state__in=DateState.values), name="date_state_known"),
        )

    def __str__(self) -> str:
        place = localized_name(self.place, "")
        return f"{place}, {TOWNS[self.town]}" if self.town in TOWNS else place

    @property
    def street(self) -> str:
        """The street address in the active language."""
        return localized_name(self.address, "")

    @property
    def closes_at(self) -> datetime:
        """End of booking (aware). Reads `event`."""
        return self.starts_at - timedelta(days=self.event.closes_days)

    @property
    def free(self) -> int:
        """Number of free places."""
        return self.capacity - self.taken
