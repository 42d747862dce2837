"""Admin of series, events, dates and bookings."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, ClassVar, Final

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, F, Func, Min, Q, QuerySet, TextField
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from awareness.events.bookings import services as bookings
from awareness.events.enums import Access, DateState, ParticipantGroup, SpokenLanguage
from awareness.events.models import Booking, Event, EventDate, Series, VisitRequest
from awareness.events.models.event import RESERVED_SLUG, RESERVED_SLUGS
from awareness.events.staff import home
from awareness.events.staff.admin_filters import (
    BookingStateFilter,
    DateFilter,
    DateStateFilter,
    EventFilter,
    TownFilter,
    UnreachableFilter,
    VisitStateFilter,
)
from awareness.events.staff.date_views import warn_without_mail_server
from awareness.events.staff.editor_hints import event_hints
from awareness.events.staff.export import export_bookings, export_dates
from awareness.events.staff.selectors import date_rows
from awareness.publishing.admin_base import (
    EXPORT_CONTENT_LISTS,
    PUBLICATION_FIELDSET,
    PublicationAdmin,
    PublishingAdmin,
)
from awareness.publishing.editor_hints import EditorHint
from awareness.publishing.forms import PublicationForm
from awareness.publishing.list_filters import PublicationStateFilter
from awareness.publishing.models import Publication
from awareness.topics.admin_mixins import TOPICS_FIELDSET, TopicsMixin
from clicksafely.common.permissions import has_role_permission
from clicksafely.common.places import town_name
from clicksafely.common.serbian.scripts import verbatim
from clicksafely.common.serbian.search_folding import fold
from clicksafely.common.staff.bulk_actions import confirmed_action
from clicksafely.common.staff.exports import ExportMixin, Row
from clicksafely.common.staff.list_mixins import NumberSearchMixin
from clicksafely.common.staff.lists import CappedPaginator
from clicksafely.common.staff.registers import RegisterAdmin
from clicksafely.common.staff.site import acting_user

EXPORT_LISTS: Final = "events.export_lists"


@admin.register(Series)
class SeriesAdmin(PublishingAdmin):
    has_history = False
    list_display = ("title", "year", "season", "number_of_events")
    fieldsets = ((None, {"fields": (("year", "season"), "title", "summary")}),)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        rows: QuerySet[Any] = super().get_queryset(request)
        counted: QuerySet[Any] = rows.annotate(events_count=Count("events"))
        return counted

    @admin.display(description=gettext_lazy("events"))
    def number_of_events(self, series: Any) -> int:
        """The number of events, including drafts."""
        return int(series.events_count)


def _several(label: Any, choices: type[models.TextChoices], **options: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=choices.choices, required=False, widget=forms.CheckboxSelectMultiple, **options
    )


class EventForm(PublicationForm):
    """An event without its dates."""

    audiences = _several(gettext_lazy("Intended for"), ParticipantGroup)
    languages = _several(gettext_lazy("Languages spoken"), SpokenLanguage)
    access = _several(
        gettext_lazy("Accessibility"),
        Access,
        help_text=gettext_lazy("Tick what applies to every date. Describe exceptions below."),
    )

    class Meta:
        model = Event
        fields = "__all__"

    def clean_slug(self) -> str:
        """Return the slug. Refuse one that belongs to another page."""
        slug = super().clean_slug()
        if slug in RESERVED_SLUGS:
            raise ValidationError(RESERVED_SLUG)
        return slug


@admin.register(Event)
class EventAdmin(TopicsMixin, ExportMixin, PublicationAdmin):
    export_permission = EXPORT_CONTENT_LISTS
    export_columns = ("title", "kind", "series", "state", "next_date", "published_at", "changed_at")
    form = EventForm
    page = "events/{slug}/"
    change_form_template = "admin/events/event/change_form.html"
    rich_text = ("description",)
    # Heading levels: the page title is level 1.
    levels_of: ClassVar[Mapping[str, tuple[int, ...]]] = {"description": (2, 3)}
    list_display = ("title", "kind", "series", "state", "next_date", "published_at", "changed_at")
    list_filter = (PublicationStateFilter, "kind", "series", "bookable", "topics")
    list_select_related = ("series",)
    ordering = ("-changed_at", "-id")
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    fieldsets = (
        (None, {"fields": (("kind", "series"), "title", "summary", "description")}),
        TOPICS_FIELDSET,
        (
            gettext_lazy("Information before the visit"),
            {"fields": ("audiences", "languages", "access", "access_note"), "classes": ("collapse",)},
        ),
        (gettext_lazy("Bookings by schools"), {"fields": (("bookable", "closes_days"),)}),
        PUBLICATION_FIELDSET,
    )

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        ahead = Q(dates__state=DateState.PLANNED, dates__starts_at__gt=timezone.now())
        rows: QuerySet[Any] = super().get_queryset(request)
        dated: QuerySet[Any] = rows.annotate(next_start=Min("dates__starts_at", filter=ahead))
        return dated

    @admin.display(description=pgettext_lazy("event", "next date"))
    def next_date(self, event: Any) -> Any:
        """Start of the next planned date."""
        return event.next_start

    def editor_hints(self, record: Publication) -> list[EditorHint]:
        """Hints about texts and dates."""
        return event_hints(Event.objects.get(pk=record.pk), timezone.now())

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Add the dates of the event."""
        event = kwargs.get("obj") or context.get("original")
        if event is not None:
            context["dates"] = date_rows(event.dates.order_by("starts_at", "id"), timezone.now())
        return super().render_change_form(request, context, *args, **kwargs)


class OfEvent(EventFilter):
    field = "event"

    def narrowed(self, queryset: Any, value: str) -> Any:
        return queryset.filter(event=int(value))


@admin.register(EventDate)
class EventDateAdmin(ExportMixin, RegisterAdmin):
    empty_hint = gettext_lazy("Dates are added on the page of an event.")
    export_permission = EXPORT_LISTS
    row_page = "admin:events-date"
    list_display = ("starts_at", "event", "in_town", "place", "taken_of", "what_it_is")
    list_display_links = ("starts_at", "event")
    list_filter = (OfEvent, DateStateFilter, TownFilter)
    list_select_related = ("event", "report")
    ordering = ["-starts_at", "-id"]

    def name_on_home(self, row: EventDate) -> str:
        """Return the day and the place of a date."""
        return f"{date_format(timezone.localtime(row.starts_at), 'SHORT_DATE_FORMAT')}, {row.place}"

    def now(self) -> datetime:
        """Return the clock of the list and its filters."""
        return timezone.now()

    @admin.display(description=gettext_lazy("town"))
    def in_town(self, date: EventDate) -> str:
        return town_name(date.town)

    @admin.display(description=gettext_lazy("taken"))
    def taken_of(self, date: EventDate) -> str:
        return f"{date.taken}/{date.capacity}"

    @admin.display(description=gettext_lazy("state"))
    def what_it_is(self, date: EventDate) -> str:
        """The state, labelled as in the filter."""
        if date.state == DateState.CANCELLED:
            return str(DateState.CANCELLED.label)
        if hasattr(date, "report"):
            return pgettext("date", "closed")
        now = self.now()
        if date.ends_at <= now:
            return pgettext("date", "report missing")
        return pgettext("date", "upcoming") if date.starts_at > now else pgettext("date", "in progress")

    def export_rows(self, rows: "QuerySet[Any]") -> Iterator[Row]:
        return export_dates(rows)


home.register()

# Backed by a trigram index.
FOLDED_SCHOOL = Func(F("school"), function="clicksafely_fold", output_field=TextField())
MAX_WORDS = 6
# Shorter words have no trigram and match only at the start of a word.
TRIGRAM = 3


def searched(bookings: "QuerySet[Booking]", words: str) -> "QuerySet[Booking]":
    """Bookings whose school name contains all words, regardless of script and diacritics."""
    found = bookings.alias(folded=FOLDED_SCHOOL)
    for word in fold(words).split()[:MAX_WORDS]:
        if len(word) < TRIGRAM:
            found = found.filter(Q(folded__startswith=word) | Q(folded__contains=f" {word}"))
        else:
            found = found.filter(folded__contains=word)
    return found


@admin.register(Booking)
class BookingAdmin(NumberSearchMixin, ExportMixin, RegisterAdmin):
    empty_hint = gettext_lazy("Schools book on the public site as soon as an event takes bookings and has a date.")
    export_permission = EXPORT_LISTS
    row_page = "admin:events-booking"
    list_display = ("school_as_typed", "from_town", "places", "state", "event", "takes_place", "booked_at", "reachable")
    list_filter = (EventFilter, DateFilter, BookingStateFilter, TownFilter, UnreachableFilter)
    list_select_related = ("date__event",)
    ordering = ["-booked_at", "-id"]
    search_fields = ("school",)
    search_label = gettext_lazy("School or number")
    search_help_text = gettext_lazy(
        "Words of the name of a school, in either script, or a number such as B-2026-000042"
    )
    reference_letters = "B"
    actions = [
        confirmed_action(
            name="cancel_chosen",
            label=gettext_lazy("Cancel bookings"),
            question=gettext_lazy(
                "Cancel these bookings? The schools are notified, and the places are offered to the waiting list."
            ),
            done=lambda number: (
                ngettext("%(n)s booking was cancelled.", "%(n)s bookings were cancelled.", number) % {"n": number}
            ),
            run=lambda booking, request: bookings.cancel_booking_by_staff(
                booking=booking, actor=acting_user(request), now=timezone.now()
            ),
            permission="change_bookings",
            warn=warn_without_mail_server,
            danger=True,
        ),
        confirmed_action(
            name="resend_chosen",
            label=gettext_lazy("Send e-mails again"),
            question=gettext_lazy("Send these schools the e-mail about their booking again?"),
            done=lambda number: (
                ngettext("%(n)s e-mail will be sent again.", "%(n)s e-mails will be sent again.", number)
                % {"n": number}
            ),
            run=lambda booking, request: bookings.resend_email(
                booking=booking, actor=acting_user(request), now=timezone.now()
            ),
            permission="change_bookings",
            warn=warn_without_mail_server,
        ),
    ]

    def has_change_bookings_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may run the bulk actions. The list itself has no form."""
        return has_role_permission(request.user, "events.change_booking")

    in_global_search = True

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Any]", search_term: str
    ) -> tuple["QuerySet[Any]", bool]:
        """Search by school with the folding of the public search, or by number with its letter."""
        if search_term.strip().upper().startswith(f"{self.reference_letters}-"):
            return super().get_search_results(request, queryset, search_term)
        return searched(queryset, search_term), False

    def find_rows(self, request: HttpRequest, query: str) -> "QuerySet[Any]":
        """The search over all lists finds bookings by number only."""
        letters, _dash, number = query.rpartition("-")
        return super().find_rows(request, query if letters else f"{self.reference_letters}-{number}")

    def name_in_search(self, booking: Booking) -> str:
        return format_html("{}, {}", booking.reference, verbatim(booking.school))

    @admin.display(description=gettext_lazy("school"))
    def school_as_typed(self, booking: Booking) -> str:
        return verbatim(booking.school)

    @admin.display(description=gettext_lazy("town"))
    def from_town(self, booking: Booking) -> str:
        return town_name(booking.town)

    @admin.display(description=gettext_lazy("places"))
    def places(self, booking: Booking) -> int:
        return booking.size

    @admin.display(description=gettext_lazy("event"))
    def event(self, booking: Booking) -> str:
        return verbatim(booking.date.event)

    @admin.display(description=gettext_lazy("date"))
    def takes_place(self, booking: Booking) -> Any:
        return booking.date.starts_at

    @admin.display(description=gettext_lazy("e-mails"))
    def reachable(self, booking: Booking) -> str:
        return str(gettext_lazy("returned undelivered")) if booking.unreachable_at else ""

    def export_rows(self, rows: "QuerySet[Any]") -> Iterator[Row]:
        return export_bookings(rows)


@admin.register(VisitRequest)
class VisitRequestAdmin(NumberSearchMixin, RegisterAdmin):
    empty_hint = gettext_lazy("Schools ask for a visit on the public site.")
    row_page = "admin:events-visit"
    list_display = ("school_as_typed", "from_town", "pupils", "topic", "state", "requested_at")
    list_filter = (VisitStateFilter, TownFilter)
    list_select_related = ("topic",)
    ordering = ["-requested_at", "-id"]
    search_fields = ("school",)
    search_label = gettext_lazy("Number")
    search_help_text = gettext_lazy("A number such as V-2026-000042")
    reference_letters = "V"

    @admin.display(description=gettext_lazy("school"))
    def school_as_typed(self, visit: VisitRequest) -> str:
        return verbatim(visit.school)

    @admin.display(description=gettext_lazy("town"))
    def from_town(self, visit: VisitRequest) -> str:
        return town_name(visit.town)
