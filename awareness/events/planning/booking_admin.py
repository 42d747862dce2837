"""The list of bookings in the staff site. Who booked does not stand in it: that is opened on the page of a booking."""

from collections.abc import Iterable
from typing import Any, cast

from django.contrib import admin
from django.db.models import F, Func, Q, QuerySet, TextField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from awareness.events.models import Booking
from awareness.events.planning.exporting import export_bookings
from awareness.events.planning.lists import (
    BookingStateFilter,
    ChosenList,
    DateFilter,
    EventFilter,
    TownFilter,
    UnreachableFilter,
)
from awareness.events.planning.urls import urlpatterns
from awareness.events.templatetags.events_words import town_name
from clicksafely.common.folding import fold
from clicksafely.common.script import verbatim
from clicksafely.common.staff import StaffSite

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
class BookingAdmin(ChosenList):
    row_page = "admin:events-booking"
    list_display = ("school_as_typed", "from_town", "places", "state", "event", "takes_place", "booked_at", "reachable")
    list_filter = (EventFilter, DateFilter, BookingStateFilter, TownFilter, UnreachableFilter)
    list_select_related = ("date__event",)
    ordering = ["-booked_at", "-id"]
    search_fields = ("school",)
    search_help_text = _("Words of the name of a school, in either script")

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Any]", search_term: str
    ) -> tuple["QuerySet[Any]", bool]:
        """Through the same folding as the public search."""
        return searched(queryset, search_term), False

    @admin.display(description=_("school"))
    def school_as_typed(self, booking: Booking) -> str:
        return verbatim(booking.school)

    @admin.display(description=_("town"))
    def from_town(self, booking: Booking) -> str:
        return town_name(booking.town)

    @admin.display(description=_("places"))
    def places(self, booking: Booking) -> int:
        return booking.size

    @admin.display(description=_("event"))
    def event(self, booking: Booking) -> str:
        return verbatim(booking.date.event)

    @admin.display(description=_("date"))
    def takes_place(self, booking: Booking) -> Any:
        return booking.date.starts_at

    @admin.display(description=_("letters"))
    def reachable(self, booking: Booking) -> str:
        return str(_("come back")) if booking.unreachable_at else ""

    def as_table(self, **asked: Any) -> Iterable[Iterable[object]]:
        return export_bookings(**asked)
