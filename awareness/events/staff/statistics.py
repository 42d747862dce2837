"""Statistics of an event from the closing reports of its dates."""

from dataclasses import dataclass, field
from datetime import datetime

from awareness.events.enums import ParticipantGroup
from awareness.events.models import ClosingReport, Event, SchoolAttendance
from awareness.events.staff.report_services import GROUPS
from awareness.events.staff.selectors import DateRow, date_rows
from clicksafely.common.serbian.search_folding import fold


@dataclass(frozen=True)
class DateFigures:
    """A date with its report, if any."""

    shown: DateRow
    report: ClosingReport | None
    schools: int

    @property
    def groups(self) -> list[int | None]:
        """By group; None without a report."""
        return [getattr(self.report, group) if self.report else None for group in GROUPS]


@dataclass
class EventFigures:
    """Totals of an event. `before` and `after` are mean scores from 1 to 5; None without answers."""

    dates: list[DateFigures]
    participants: int = 0
    groups: list[int] = field(default_factory=list)
    towns: int = 0
    schools: int = 0
    closed: int = 0
    before: float | None = None
    after: float | None = None


def figures_of_event(event: Event, now: datetime) -> EventFigures:
    """Compute the statistics of an event; four queries."""
    entries = date_rows(event.dates.order_by("starts_at", "id"), now)
    reports = {report.date_id: report for report in ClosingReport.objects.filter(date__event=event)}
    schools: dict[int, set[tuple[str, str]]] = {}
    attended = SchoolAttendance.objects.filter(report__date__event=event)
    for date_id, town, school in attended.values_list("report__date", "town", "school"):
        schools.setdefault(date_id, set()).add((town, fold(school)))
    found = EventFigures(
        [DateFigures(entry, reports.get(entry.date.pk), len(schools.get(entry.date.pk, ()))) for entry in entries]
    )
    closing_reports = list(reports.values())
    found.participants = sum(report.participants for report in closing_reports)
    found.groups = [sum(getattr(report, group) for report in closing_reports) for group in GROUPS]
    found.towns = len({entry.date.town for entry in entries if entry.date.pk in reports})
    found.schools = len(set().union(*schools.values()))
    found.closed = len(closing_reports)
    found.before, found.after = (
        mean_of([getattr(report, name) for report in closing_reports]) for name in ("before", "after")
    )
    return found


def mean_of(counts: list[list[int]]) -> float | None:
    """Return the mean score; each list counts the answers with scores from 1."""
    answers = sum(sum(each) for each in counts)
    points = sum(score * number for each in counts for score, number in enumerate(each, 1))
    return points / answers if answers else None


def group_names() -> list[str]:
    """Return the labels of the groups in order."""
    return [str(group.label) for group in ParticipantGroup]
