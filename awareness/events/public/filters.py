"""Filters of the list of future dates."""

from collections.abc import Mapping, Sequence
from datetime import date as day
from datetime import datetime
from typing import Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from awareness.events.enums import EventKind, ParticipantGroup
from awareness.events.public.selectors import UpcomingDate
from clicksafely.common.i18n.language import SERBIAN
from clicksafely.common.list_filters import ListFilter, occurring_choices
from clicksafely.common.places import TOWNS
from clicksafely.common.serbian.search_folding import fold

TOWN: Final = "town"


def month_of(moment: datetime) -> str:
    """The month in Belgrade time as a parameter value: "2026-10"."""
    return f"{timezone.localtime(moment):%Y-%m}"


def month_words(month: str) -> str:
    """The name of such a month in the active language."""
    year, number = month.split("-")
    return date_format(day(int(year), int(number), 1), "F Y")


def _month(date: UpcomingDate) -> list[str]:
    return [month_of(date.starts_at)]


def _month_labels(dates: Sequence[UpcomingDate]) -> Mapping[str, str | Promise]:
    return {month: month_words(month) for month in sorted({month_of(date.starts_at) for date in dates})}


def _town(date: UpcomingDate) -> list[str]:
    return [date.town]


def _town_labels(dates: Sequence[UpcomingDate]) -> Mapping[str, str | Promise]:
    """Towns in the alphabet of the page; TOWNS is in Cyrillic order."""
    found = {date.town for date in dates}
    towns = [TOWNS[code] for code in TOWNS if code in found]
    if get_language() != SERBIAN:
        towns.sort(key=lambda town: fold(str(town)))
    return {town.code: str(town) for town in towns}


def _kind(date: UpcomingDate) -> list[str]:
    return [date.kind]


def _audiences(date: UpcomingDate) -> Sequence[str]:
    return date.audiences


FILTERS: Final = (
    ListFilter("month", _("Month"), _month, _month_labels, _("all months")),
    ListFilter(TOWN, _("Town"), _town, _town_labels, _("all towns")),
    ListFilter(
        "kind",
        pgettext_lazy("event", "Kind"),
        _kind,
        occurring_choices(EventKind.choices, _kind),
        pgettext_lazy("event", "all kinds"),
    ),
    ListFilter(
        "audience",
        _("Intended for"),
        _audiences,
        occurring_choices(ParticipantGroup.choices, _audiences),
        _("for everyone"),
    ),
)
