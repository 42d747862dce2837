"""Filters of the list of future dates."""

from collections.abc import Mapping, Sequence
from datetime import date as day
from datetime import datetime
from typing import Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from awareness.events.enums import EventKind, ParticipantGroup
from awareness.events.public.selectors import UpcomingDate
from clicksafely.common.list_filters import ListFilter, occurring_choices
from clicksafely.common.places import town_name, town_order

TOWN: Final = "town"


def month_of(moment: datetime) -> str:
    """Return the month in Belgrade time as a parameter value: "2026-10"."""
    return f"{timezone.localtime(moment):%Y-%m}"


def month_words(month: str) -> str:
    """Return the name of such a month in the active language."""
    year, number = month.split("-")
    return date_format(day(int(year), int(number), 1), "F Y")


def _month(date: UpcomingDate) -> list[str]:
    return [month_of(date.starts_at)]


def _month_labels(dates: Sequence[UpcomingDate]) -> Mapping[str, str | Promise]:
    return {month: month_words(month) for month in sorted({month_of(date.starts_at) for date in dates})}


def _town(date: UpcomingDate) -> list[str]:
    return [date.town]


def _town_labels(dates: Sequence[UpcomingDate]) -> Mapping[str, str | Promise]:
    """Towns in the order of the page's language."""
    return {code: town_name(code) for code in sorted({date.town for date in dates}, key=town_order)}


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
