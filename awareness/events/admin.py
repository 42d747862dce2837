"""Series in the staff site: few, with the number of their events."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Count, F, Func, Min, Q, QuerySet, TextField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from awareness.events.enums import Access, DateState, ParticipantGroup, SpokenLanguage
from awareness.events.models import Booking, Event, EventDate, Series
from awareness.events.staff import views
from awareness.events.staff.admin_filters import (
    BookingStateFilter,
    DateFilter,
    DateStateFilter,
    EventFilter,
    FilteredListAdmin,
    TownFilter,
    UnreachableFilter,
)
from awareness.events.staff.editor_hints import event_hints
from awareness.events.staff.export import export_bookings, export_dates
from awareness.events.staff.forms import CopyForm
from awareness.events.staff.selectors import date_rows
from awareness.events.staff.services import copy_event
from awareness.events.staff.shortcuts import current_user
from awareness.events.staff.urls import urlpatterns
from awareness.events.templatetags.event_tags import town_name
from awareness.publishing.admin_base import (
    PUBLICATION_FIELDSET,
    PublicationAdmin,
    PublicationStateFilter,
    PublishingAdmin,
)
from awareness.publishing.editor_hints import EditorHint
from awareness.publishing.forms import PublicationForm
from awareness.publishing.models import Publication
from awareness.topics.admin_mixins import TopicsMixin
from clicksafely.common.serbian.scripts import verbatim
from clicksafely.common.serbian.search_folding import fold
from clicksafely.common.staff.lists import CappedPaginator
from clicksafely.common.staff.site import StaffSite


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
        """Drafts included."""
        return int(series.events_count)


def _several(label: Any, choices: type[models.TextChoices], **options: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=choices.choices, required=False, widget=forms.CheckboxSelectMultiple, **options
    )


class EventForm(PublicationForm):
    """Everything about an event but its dates."""

    audiences = _several(gettext_lazy("For whom"), ParticipantGroup)
    languages = _several(gettext_lazy("Languages spoken there"), SpokenLanguage)
    access = _several(
        gettext_lazy("Accessibility"), Access, help_text=gettext_lazy("What holds for every date; else say it below.")
    )

    class Meta:
        model = Event
        fields = "__all__"


@admin.register(Event)
class EventAdmin(TopicsMixin, PublicationAdmin):
    form = EventForm
    page = "events/{slug}/"
    change_form_template = "admin/events/event/change_form.html"
    rich_text = ("description",)
    # The description stands under the title of the page.
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
        (None, {"fields": (("kind", "series"), "title", "summary", "description", "topics")}),
        (
            gettext_lazy("What one must know before coming"),
            {"fields": ("audiences", "languages", "access", "access_note")},
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
        """When it takes place next."""
        return event.next_start

    def remarks(self, record: Publication) -> list[EditorHint]:
        """Of its texts and its dates."""
        return event_hints(Event.objects.get(pk=record.pk), timezone.now())

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """With its dates."""
        event = kwargs.get("obj") or context.get("original")
        if event is not None:
            context["dates"] = date_rows(event.dates.order_by("starts_at", "id"), timezone.now())
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[Any]:
        """Its figures, and a copy of it."""
        wrap = self.admin_site.admin_view
        own = [
            path("<int:pk>/copy/", wrap(self.copy), name="events-copy"),
            path("<int:pk>/figures/", wrap(views.figures), name="events-statistics"),
        ]
        return [*own, *super().get_urls()]

    def copy(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A new draft with the same texts, in the series that is chosen."""
        event = self.get_object(request, str(pk))
        if event is None:
            raise Http404
        if not (self.has_add_permission(request) and self.has_view_or_change_permission(request, event)):
            raise PermissionDenied
        form = CopyForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            copied = copy_event(
                event=event, series=form.cleaned_data["series"], actor=current_user(request), now=timezone.now()
            )
            messages.success(request, _("The copy is a draft. Add its dates, look at it, then publish it."))
            return redirect("admin:events_event_change", copied.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Copy: %(name)s") % {"name": event},
            "event": event,
            "form": form,
        }
        return TemplateResponse(request, "staff/events/event_copy.html", context)


class OfEvent(EventFilter):
    field = "event"

    def narrowed(self, queryset: Any, value: str) -> Any:
        return queryset.filter(event=int(value))


@admin.register(EventDate)
class EventDateAdmin(FilteredListAdmin):
    row_page = "admin:events-date"
    list_display = ("starts_at", "event", "in_town", "place", "taken_of", "what_it_is")
    list_display_links = ("starts_at", "event")
    list_filter = (OfEvent, DateStateFilter, TownFilter)
    list_select_related = ("event", "report")
    ordering = ["-starts_at", "-id"]

    def now(self) -> datetime:
        """The moment by which a list is read."""
        return timezone.now()

    @admin.display(description=gettext_lazy("town"))
    def in_town(self, date: EventDate) -> str:
        return town_name(date.town)

    @admin.display(description=gettext_lazy("taken"))
    def taken_of(self, date: EventDate) -> str:
        return f"{date.taken}/{date.capacity}"

    @admin.display(description=gettext_lazy("state"))
    def what_it_is(self, date: EventDate) -> str:
        """As the filter calls it."""
        if date.state == DateState.CANCELLED:
            return str(DateState.CANCELLED.label)
        if hasattr(date, "report"):
            return pgettext("date", "closed")
        now = self.now()
        if date.ends_at <= now:
            return pgettext("date", "waits for its report")
        return pgettext("date", "ahead") if date.starts_at > now else pgettext("date", "going on")

    def as_table(self, **asked: Any) -> Iterable[Iterable[object]]:
        return export_dates(**asked)


cast(StaffSite, admin.site).add_pages(urlpatterns, landing=("events.view_booking", "admin:events-overview"))

# What every word of a search is compared with; there is an index of its trigrams.
FOLDED_SCHOOL = Func(F("school"), function="clicksafely_fold", output_field=TextField())
MOST_WORDS = 6
# Shorter ones have no trigram of their own: they are looked for where words begin.
TRIGRAM = 3


def searched(bookings: "QuerySet[Booking]", words: str) -> "QuerySet[Booking]":
    """Those whose school holds all of the words, in either script, with or without diacritics."""
    found = bookings.alias(folded=FOLDED_SCHOOL)
    for word in fold(words).split()[:MOST_WORDS]:
        if len(word) < TRIGRAM:
            found = found.filter(Q(folded__startswith=word) | Q(folded__contains=f" {word}"))
        else:
            found = found.filter(folded__contains=word)
    return found


@admin.register(Booking)
class BookingAdmin(FilteredListAdmin):
    row_page = "admin:events-booking"
    list_display = ("school_as_typed", "from_town", "places", "state", "event", "takes_place", "booked_at", "reachable")
    list_filter = (EventFilter, DateFilter, BookingStateFilter, TownFilter, UnreachableFilter)
    list_select_related = ("date__event",)
    ordering = ["-booked_at", "-id"]
    search_fields = ("school",)
    search_help_text = gettext_lazy("Words of the name of a school, in either script")

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Any]", search_term: str
    ) -> tuple["QuerySet[Any]", bool]:
        """Through the same folding as the public search."""
        return searched(queryset, search_term), False

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

    @admin.display(description=gettext_lazy("letters"))
    def reachable(self, booking: Booking) -> str:
        return str(gettext_lazy("come back")) if booking.unreachable_at else ""

    def as_table(self, **asked: Any) -> Iterable[Iterable[object]]:
        return export_bookings(**asked)
