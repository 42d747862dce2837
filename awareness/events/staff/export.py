"""Tables to take along, as spreadsheets read them: UTF-8 with a mark, in the script of the page, no cell a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from awareness.events.models import Booking, ClosingReport, EventDate
from awareness.events.models.closing_report import SCORES
from awareness.events.staff.local_time import BELGRADE
from awareness.events.staff.report_services import GROUPS
from awareness.events.staff.selectors import DateCounts, booking_counts
from awareness.events.staff.statistics import group_names
from awareness.events.templatetags.event_tags import town_name
from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.documents.csv_output import escape_formula
from clicksafely.common.serbian.scripts import to_script


def csv_answer(name: str, rows: Iterable[Iterable[object]]) -> HttpResponse:
    """The rows, the first of which names the columns, as a download; kept by nobody on the way."""
    out = io.StringIO()
    writer = csv.writer(out)
    language = get_language() or ""
    for row in rows:
        writer.writerow([_safe(cell, language) for cell in row])
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8; header=present")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _safe(cell: object, language: str) -> object:
    if cell is None:
        return ""
    if isinstance(cell, int | float):
        return cell
    return escape_formula(to_script(str(cell), language))


Row = tuple[object, ...]
# More take longer than a page may: whoever wants them all narrows the list.
MOST_ROWS: Final = 20_000


def export_bookings(
    *, rows: "QuerySet[Booking]", chosen: Mapping[str, str], actor: User, now: datetime
) -> Iterator[Row]:
    """A line for each booking, after the names of the columns; `chosen` are the filters of the list, by name."""
    _record("bookings.exported", chosen, actor, now)
    yield (
        *(_("event"), _("begins"), pgettext("event", "town"), _("place"), _("school"), _("kind of school")),
        *(_("town of the school"), _("grade"), _("places"), _("state"), _("asked"), _("letters come back since")),
    )
    for booking in rows.select_related("date__event")[:MOST_ROWS]:
        date = booking.date
        yield (
            *(date.event, _time(date.starts_at), town_name(date.town), date.place),
            *(booking.school, booking.get_school_kind_display(), town_name(booking.town), booking.grade),
            *(booking.size, booking.get_state_display(), _time(booking.booked_at), _time(booking.unreachable_at)),
        )


def export_dates(
    *, rows: "QuerySet[EventDate]", chosen: Mapping[str, str], actor: User, now: datetime
) -> Iterator[Row]:
    """A line for each date with its bookings and its report."""
    _record("dates.exported", chosen, actor, now)
    scores = range(1, SCORES + 1)
    yield (
        *(_("event"), _("kind"), _("series"), _("begins"), _("ends"), _("town"), _("place"), _("street and number")),
        *(_("places"), _("taken"), _("state"), _("classes booked"), _("classes waiting"), _("classes that came")),
        *(_("participants in all"), *group_names()),
        *(_("before: answer %(score)d") % {"score": score} for score in scores),
        *(_("after: answer %(score)d") % {"score": score} for score in scores),
    )
    found: list[EventDate] = list(rows.select_related("event__series", "report")[:MOST_ROWS])
    counts = booking_counts(found)
    for date in found:
        number = counts.get(date.pk, DateCounts())
        event, report = date.event, getattr(date, "report", None)
        yield (
            *(event, event.get_kind_display(), event.series or "", _time(date.starts_at), _time(date.ends_at)),
            *(town_name(date.town), date.place, date.address, date.capacity, date.taken, date.get_state_display()),
            *(number.booked, number.waiting, number.came),
            *_figures(report),
        )


def _figures(report: ClosingReport | None) -> Iterator[Any]:
    for name in ("participants", *GROUPS):
        yield getattr(report, name, None)
    for name in ("before", "after"):
        yield from getattr(report, name, None) or [None] * SCORES


def _time(moment: datetime | None) -> str:
    """`2026-11-25 10:00`, as every spreadsheet sorts it; Belgrade time."""
    return moment.astimezone(BELGRADE).strftime("%Y-%m-%d %H:%M") if moment else ""


def _record(action: str, chosen: Mapping[str, str], actor: User, now: datetime) -> None:
    data = {name: value for name, value in chosen.items() if audit_log.is_code(value)}
    audit_log.record(action=action, subject=None, actor=actor, now=now, data=data)
