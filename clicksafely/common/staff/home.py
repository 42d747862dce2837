"""The home page of the staff site: pending work, due dates, failures, plots and recent work, by permission."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Final, NamedTuple

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language

from clicksafely.accounts.models import User
from clicksafely.common.audit.labels import describe
from clicksafely.common.models import AuditEvent
from clicksafely.common.permissions import has_role_permission, role_permissions_of
from clicksafely.common.staff.lists import TitledPagesAdmin
from clicksafely.common.staff.menu import MenuLink
from clicksafely.common.staff.waiting import HomeArea, entry_counts
from clicksafely.common.statistics.charts import Chart, bar_chart, column_chart
from clicksafely.common.statistics.disclosure_control import MIN_PUBLISHED_COUNT
from clicksafely.common.statistics.tables import PublishedValue

# "This week" in lists of due dates.
WEEK: Final = timedelta(days=7)
# Larger numbers are shown as "1,000+": counting more rows is slow.
COUNT_CAP: Final = 1000
# A page may show counts and plots this old.
SECONDS: Final = 30.0
_MAX_CACHED: Final = 500
RECENT_SHOWN, _RECENT_READ = 8, 60


class HomeCount(NamedTuple):
    """A number of rows, and the URL of the list that shows them. Zeros are not shown."""

    label: str
    number: int
    url: str

    @property
    def is_capped(self) -> bool:
        return self.number >= COUNT_CAP


@dataclass(frozen=True)
class PlotRow:
    """One bar or column; `count` is None if it is hidden. `is_name` labels are never converted to another script."""

    label: str
    count: int | None
    url: str = ""
    is_name: bool = False

    @property
    def value(self) -> PublishedValue:
        return PublishedValue(self.count)


@dataclass(frozen=True)
class HomePlot:
    """A chart with its table. `url` is the page with the rows; `unit` is the heading of the numbers, "Number" by default."""

    code: str
    title: str
    rows: Sequence[PlotRow]
    url: str
    is_columns: bool = False
    note: str = ""
    unit: str = ""

    @property
    def chart(self) -> Chart:
        marks = [(row.label, row.count) for row in self.rows]
        return column_chart(marks) if self.is_columns else bar_chart(marks)

    @property
    def names(self) -> frozenset[str]:
        return frozenset(row.label for row in self.rows if row.is_name)

    @property
    def is_empty(self) -> bool:
        return all(row.count == 0 for row in self.rows)


class RecentWork(NamedTuple):
    """The newest event of a person on one subject.

    `subject` is its reference, title or number. `url` is empty if this person may not see a page of it.
    """

    text: str
    at: datetime
    subject: str
    url: str


@dataclass(frozen=True)
class Home:
    """The home page of one person, with the registered counts and plots of all their roles."""

    waiting: Sequence[HomeCount]
    due: Sequence[HomeCount]
    failed: Sequence[HomeCount]
    plots: Sequence[HomePlot]
    has_duties: bool


class RecentKind(NamedTuple):
    """The rows of a model without a list of its own.

    Holders of `permission` may read their names. `page` is the URL name of their page, "" for none.
    """

    model: type[Model]
    permission: str
    page: str


type CountBuilder = Callable[[User, datetime], Iterable[HomeCount]]
type PlotBuilder = Callable[[User, datetime], Iterable[HomePlot]]

_counts: list[tuple[HomeArea, str, CountBuilder]] = []
_plots: list[tuple[int, str, PlotBuilder]] = []
_recent_kinds: dict[str, RecentKind] = {}
_built: dict[tuple[int, str, frozenset[str]], tuple[float, Home]] = {}


def register_counts(area: HomeArea, permission: str, builder: CountBuilder) -> None:
    """Show the numbers of `builder(user, now)` to people with `permission`.

    Each number is one indexed query of at most `COUNT_CAP` rows.
    """
    _counts.append((area, permission, builder))


def register_plots(permission: str, builder: PlotBuilder, *, rank: int = 0) -> None:
    """Show the plots of `builder(user, now)` to people with `permission`, after those of a lower `rank`."""
    _plots.append((rank, permission, builder))
    _plots.sort(key=lambda registered: registered[0])


def register_recent_kind(model: type[Model], permission: str, *, page: str = "") -> None:
    """Name the rows of a model without a list in the recent work of people with `permission`, by their text.

    `page` is the URL name of the page of a row, whose only argument is its number.
    """
    _recent_kinds[model._meta.db_table] = RecentKind(model, permission, page)


def home_of(user: User, links: Iterable[MenuLink], *, now: datetime) -> Home:
    """Return the home page in the active language, at most `SECONDS` old.

    `links` are those of the person's menu; numbers beside them are shown in their areas.
    """
    key = (user.pk, get_language() or "", role_permissions_of(user))
    at, home = _built.get(key, (None, None))
    if home is None or at is None or monotonic() - at > SECONDS:
        home = _build(user, links, now)
        if len(_built) >= _MAX_CACHED:
            forget_homes()
        _built[key] = (monotonic(), home)
    return home


def forget_homes() -> None:
    """Build again for the next page."""
    _built.clear()


def recent_work(request: HttpRequest) -> list[RecentWork]:
    """Return the latest actions of the signed-in person, the newest first, one for each subject."""
    events = AuditEvent.objects.filter(actor_id=request.user.pk).exclude(subject_id=None).order_by("-at")
    found: dict[tuple[str, int | None], AuditEvent] = {}
    for event in events[:_RECENT_READ]:
        found.setdefault((event.subject_table, event.subject_id), event)
    shown = list(found.values())[:RECENT_SHOWN]
    subjects = _subjects(request, shown)
    return [
        RecentWork(
            describe(event),
            event.at,
            *subjects.get((event.subject_table, event.subject_id), (f"#{event.subject_id}", "")),
        )
        for event in shown
    ]


def hide_small(count: int) -> int | None:
    """Return `count`, or None if it is too small to be shown: see `statistics.disclosure_control`."""
    return None if 0 < count < MIN_PUBLISHED_COUNT else count


def _build(user: User, links: Iterable[MenuLink], now: datetime) -> Home:
    areas: dict[HomeArea, list[HomeCount]] = {area: [] for area in HomeArea}
    for link in links:
        for count in entry_counts(link.target, user):
            areas[count.area].append(
                HomeCount(str(count.label or link.label), count.number, f"{link.url}{count.query}")
            )
    for area, permission, builder in _counts:
        if has_role_permission(user, permission):
            areas[area] += builder(user, now)
    shown = {area: [count for count in counts if count.number] for area, counts in areas.items()}
    plots = [
        plot
        for _rank, permission, plotter in _plots
        if has_role_permission(user, permission)
        for plot in plotter(user, now)
    ]
    return Home(
        shown[HomeArea.WAITING],
        shown[HomeArea.DUE],
        shown[HomeArea.FAILED],
        plots,
        has_duties=bool(role_permissions_of(user)),
    )


def _subjects(request: HttpRequest, events: Iterable[AuditEvent]) -> dict[tuple[str, int | None], tuple[str, str]]:
    """Return {(table, number): (name, URL)} of the subjects that the person may see. One query for each table.

    A row that is gone, or that its list does not name, has its number. Without a page the URL is empty.
    """
    numbers: dict[str, set[int | None]] = {}
    for event in events:
        numbers.setdefault(event.subject_table, set()).add(event.subject_id)
    lists = {model._meta.db_table: model_admin for model, model_admin in admin.site._registry.items()}
    found: dict[tuple[str, int | None], tuple[str, str]] = {}
    for table, pks in numbers.items():
        model_admin, kind = lists.get(table), _recent_kinds.get(table)
        if isinstance(model_admin, TitledPagesAdmin) and model_admin.has_view_permission(request):
            page = f"{model_admin.opts.app_label}_{model_admin.opts.model_name}_change"
            names = {
                row.pk: model_admin.name_on_home(row) for row in model_admin.model._default_manager.filter(pk__in=pks)
            }
            found |= {(table, pk): (names.get(pk) or f"#{pk}", _url(page, pk)) for pk in pks}
        elif kind and has_role_permission(request.user, kind.permission):
            rows = kind.model._default_manager.filter(pk__in=pks)
            found |= {(table, row.pk): (str(row), _url(kind.page, row.pk)) for row in rows}
    return found


def _url(page: str, number: int | None) -> str:
    """Return the URL of a row on the staff site; empty without a page."""
    try:
        return reverse(f"admin:{page}", args=[number]) if page else ""
    except NoReverseMatch:
        return ""
