"""The list of what is to come: what an address asks for, and the choices it offers."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date as day
from datetime import datetime
from typing import Final

from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from awareness.events.enums import EventKind, ParticipantGroup
from awareness.events.public.selectors import UpcomingDate
from clicksafely.common.i18n.language import SERBIAN
from clicksafely.common.places import TOWNS, Town
from clicksafely.common.serbian.search_folding import fold

MONTH, TOWN, KIND, AUDIENCE, PAGE = "month", "town", "kind", "audience", "page"
# The parameters of the list's address, what each is called, and what it is called when nothing is chosen.
LABELS: Final[dict[str, tuple[str | Promise, str | Promise]]] = {
    MONTH: (_("Month"), _("all months")),
    TOWN: (_("Town"), _("all towns")),
    KIND: (pgettext_lazy("event", "Kind"), pgettext_lazy("event", "all kinds")),
    AUDIENCE: (_("For whom"), _("for everybody")),
}
PARAMETERS: Final = (*LABELS, PAGE)
A_PAGE: Final = 40
_VALUES: Final[Mapping[str, Callable[[UpcomingDate], Sequence[str]]]] = {
    MONTH: lambda date: [month_of(date.starts_at)],
    TOWN: lambda date: [date.town],
    KIND: lambda date: [date.kind],
    AUDIENCE: lambda date: date.audiences,
}


@dataclass(frozen=True)
class FilterChoice:
    """A value of a filter: how many dates there would be with it, whether it is chosen, the address with it and what else is chosen."""

    value: str
    label: str | Promise
    count: int
    chosen: bool
    query: str


@dataclass(frozen=True)
class Filter:
    """A way to narrow the list down; `any_label` is said where nothing is chosen."""

    name: str
    label: str | Promise
    any_label: str | Promise
    choices: Sequence[FilterChoice]


@dataclass(frozen=True)
class FilteredDates:
    """Keys of the dates on the page that was asked for, of `total` that fit; `nonsense`: something in the address meant nothing."""

    keys: Sequence[int]
    total: int
    filters: Sequence[Filter]
    towns: Sequence[FilterChoice]
    without_town: str
    filtered: bool
    nonsense: bool
    number: int
    last: int
    earlier: str | None
    later: str | None


def filter_dates(dates: Sequence[UpcomingDate], query: QueryDict) -> FilteredDates:
    """The dates that `query` asks for. It never raises."""
    known = _known(dates)
    wish, nonsense = {}, False
    for name in LABELS:
        value = query.get(name, "")
        if value in known[name]:
            wish[name] = value
        nonsense |= bool(value) and value not in known[name]
    fitting, counts = _count(dates, wish)
    last = max(1, -(-len(fitting) // A_PAGE))
    asked = query.get(PAGE) or "1"
    whole = asked.isascii() and asked.isdigit() and len(asked) < 6 and int(asked) >= 1
    number = min(int(asked), last) if whole else 1
    filters = [
        Filter(
            name, label, any_label, [_choice(name, value, text, counts, wish) for value, text in known[name].items()]
        )
        for name, (label, any_label) in LABELS.items()
    ]
    return FilteredDates(
        keys=[date.pk for date in fitting[(number - 1) * A_PAGE : number * A_PAGE]],
        total=len(fitting),
        filters=[each for each in filters if len(each.choices) > 1 or each.name in wish],
        towns=[choice for choice in filters[list(LABELS).index(TOWN)].choices if choice.count],
        without_town=urlencode({key: kept for key, kept in wish.items() if key != TOWN}),
        filtered=bool(wish),
        nonsense=nonsense or not whole,
        number=number,
        last=last,
        earlier=urlencode({**wish, PAGE: str(number - 1)} if number > 2 else wish) if number > 1 else None,
        later=urlencode({**wish, PAGE: str(number + 1)}) if number < last else None,
    )


def month_of(moment: datetime) -> str:
    """The month in Belgrade, as an address has it: "2026-10"."""
    return f"{timezone.localtime(moment):%Y-%m}"


def month_words(month: str) -> str:
    """Such a month in words of the active language."""
    year, number = month.split("-")
    return date_format(day(int(year), int(number), 1), "F Y")


def _known(dates: Sequence[UpcomingDate]) -> dict[str, dict[str, str | Promise]]:
    """Of each parameter the values that some date has, and what they are called."""
    found = {name: {value for date in dates for value in values(date)} for name, values in _VALUES.items()}
    return {
        MONTH: {month: month_words(month) for month in sorted(found[MONTH])},
        TOWN: {town.code: str(town) for town in _in_order([TOWNS[code] for code in TOWNS if code in found[TOWN]])},
        KIND: {value: label for value, label in EventKind.choices if value in found[KIND]},
        AUDIENCE: {value: label for value, label in ParticipantGroup.choices if value in found[AUDIENCE]},
    }


def _in_order(towns: list[Town]) -> list[Town]:
    """By the alphabet of the page: the list of towns is in that of Cyrillic."""
    return towns if get_language() == SERBIAN else sorted(towns, key=lambda town: fold(str(town)))


def _count(
    dates: Sequence[UpcomingDate], wish: Mapping[str, str]
) -> tuple[list[UpcomingDate], dict[str, Counter[str]]]:
    """The dates that fit, and of each filter how many each value would leave beside the other choices."""
    fitting: list[UpcomingDate] = []
    counts: dict[str, Counter[str]] = {name: Counter() for name in LABELS}
    for date in dates:
        missed = [name for name, value in wish.items() if value not in _VALUES[name](date)]
        if len(missed) > 1:
            continue
        if not missed:
            fitting.append(date)
        for name in missed or LABELS:
            counts[name].update(_VALUES[name](date))
    return fitting, counts


def _choice(
    name: str, value: str, label: str | Promise, counts: Mapping[str, Counter[str]], wish: Mapping[str, str]
) -> FilterChoice:
    return FilterChoice(value, label, counts[name][value], wish.get(name) == value, urlencode({**wish, name: value}))
