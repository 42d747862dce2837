"""Closing reports: validation, saving and version history."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import zip_longest
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from awareness.events.bookings import services as bookings
from awareness.events.enums import BookingState, DateState, ParticipantGroup
from awareness.events.models import Booking, ClosingReport, EventDate, SchoolAttendance
from awareness.events.staff.services import lock_date
from awareness.publishing.models import Version
from awareness.publishing.versions import PARTS, Difference, differences
from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.exceptions import ActionRefused, EditConflict
from clicksafely.common.page_cache import content_version
from clicksafely.common.serbian.alphabet import PageOrder
from clicksafely.common.serbian.search_folding import fold

GROUPS: Final = tuple(group.value for group in ParticipantGroup)
KIND: Final = ClosingReport._meta.label_lower
# Bookings with an attendance question.
STATES_WITH_ATTENDANCE: Final = frozenset({BookingState.BOOKED, BookingState.ATTENDED, BookingState.ABSENT})


@dataclass(frozen=True)
class SchoolCount:
    """Number of participants from one school; `town` is a code, `kind` a SchoolKind."""

    school: str
    kind: str
    town: str
    participants: int


@dataclass(frozen=True)
class ReportData:
    """The values of a report. `before` and `after` are five counts each, or empty."""

    participants: int
    children: int = 0
    youth: int = 0
    parents: int = 0
    teachers: int = 0
    stakeholders: int = 0
    before: list[int] = field(default_factory=list)
    after: list[int] = field(default_factory=list)
    note: str = ""
    schools: Sequence[SchoolCount] = ()

    @property
    def sum_of_groups(self) -> int:
        return sum(getattr(self, group) for group in GROUPS)


def report_errors(findings: ReportData) -> dict[str, str]:
    """Translated errors by field name."""
    found = {}
    total, summed = findings.participants, findings.sum_of_groups
    if summed > total:
        text = ngettext(
            "The groups add up to %(sum)d, which is %(number)d more than the total.",
            "The groups add up to %(sum)d, which is %(number)d more than the total.",
            summed - total,
        )
        found["participants"] = text % {"sum": summed, "number": summed - total}
    elif summed < total:
        text = ngettext(
            "The groups add up to %(sum)d, which is %(number)d fewer than the total.",
            "The groups add up to %(sum)d, which is %(number)d fewer than the total.",
            total - summed,
        )
        found["participants"] = text % {"sum": summed, "number": total - summed}
    for name in ("before", "after"):
        answered = sum(getattr(findings, name))
        if answered > total:
            found[name] = _("There are %(answers)d answers but only %(participants)d participants.") % {
                "answers": answered,
                "participants": total,
            }
    attended = sum(school.participants for school in findings.schools)
    if attended > total:
        found["schools"] = _(
            "The schools add up to %(number)d participants, but the total is only %(participants)d."
        ) % {
            "number": attended,
            "participants": total,
        }
    school_counts = Counter((school.town, fold(school.school)) for school in findings.schools)
    for school in findings.schools:
        if school_counts[school.town, fold(school.school)] > 1:
            found["schools"] = _("“%(school)s” is listed twice.") % {"school": school.school}
    return found


def save_closing_report(
    *, date: EventDate, findings: ReportData, attended: Mapping[int, bool], opened: int, actor: User, now: datetime
) -> ClosingReport:
    """Close a date or correct its report. `attended` maps booking ids to attendance.

    `opened` is the latest version number when the form was opened, 0 without a report. Raises EditConflict,
    ActionRefused if the date is cancelled or has not begun, and ValueError if `findings` are inconsistent.
    """
    if report_errors(findings):
        raise ValueError("the report does not add up")
    with transaction.atomic():
        stored = lock_date(date, now)
        check_reportable(stored, now)
        if last_version(stored) != opened:
            raise EditConflict
        latest_number = _keep_first(stored)
        bookings.record_attendance(date=stored, attended=attended, actor=actor, now=now)
        values = asdict(findings)
        del values["schools"]
        report, created = ClosingReport.objects.update_or_create(
            date=stored, defaults={**values, "closed_at": now, "closed_by": actor}
        )
        report.schools.all().delete()
        SchoolAttendance.objects.bulk_create(
            SchoolAttendance(
                report=report,
                school=each.school,
                school_kind=each.kind,
                town=each.town,
                participants=each.participants,
            )
            for each in findings.schools
        )
        _keep_version(report, revision=latest_number + 1, author=actor, saved_at=now)
        content_version.bump()
        action = "date.report_created" if created else "date.report_corrected"
        data: dict[str, audit_log.AuditValue] = {"participants": findings.participants, "version": latest_number + 1}
        audit_log.record(action=action, subject=stored, actor=actor, now=now, data=data)
    return report


def check_reportable(date: EventDate, now: datetime) -> None:
    """Raises ActionRefused if the date is cancelled or has not begun."""
    if date.state == DateState.CANCELLED:
        raise ActionRefused(gettext_lazy("This date was cancelled and has no report."))
    if date.starts_at > now:
        raise ActionRefused(gettext_lazy("This date has not begun. Write the report once it has."))


def bookings_with_attendance(date: EventDate) -> list[Booking]:
    """Bookings with an attendance question, by school."""
    return list(Booking.objects.filter(date=date, state__in=STATES_WITH_ATTENDANCE).order_by(PageOrder("school"), "id"))


def last_version(date: EventDate) -> int:
    """Return the latest version number of the report; 0 if there is none."""
    report = ClosingReport.objects.filter(date=date).first()
    return (report_versions(report).values_list("revision", flat=True).first() or 0) if report else 0


def report_versions(report: ClosingReport) -> Any:
    """Versions of the report, the latest first."""
    return Version.objects.filter(kind=KIND, object_id=report.pk).select_related("author").order_by("-revision")


def report_changes(report: ClosingReport) -> list[tuple[Version, list[Difference]]]:
    """Versions with their differences to the previous one; the first version has none."""
    versions = list(report_versions(report))
    return [
        (version, differences(ClosingReport, before.content, version.content) if before else [])
        for version, before in zip_longest(versions, versions[1:])
    ]


def _keep_first(date: EventDate) -> int:
    """Return the latest version number. A report without versions is stored as version 1 first."""
    number, report = last_version(date), ClosingReport.objects.filter(date=date).select_related("closed_by").first()
    if report is None or number:
        return number
    _keep_version(report, revision=1, author=report.closed_by, saved_at=report.closed_at)
    return 1


def _keep_version(report: ClosingReport, *, revision: int, author: User | None, saved_at: datetime) -> None:
    names = ("participants", *GROUPS, "before", "after", "note")
    schools = [
        {"school": row.school, "school_kind": row.school_kind, "town": row.town, "participants": row.participants}
        for row in report.schools.all()
    ]
    content = {name: getattr(report, name) for name in names} | {PARTS: {"schools": schools}}
    Version.objects.create(
        kind=KIND, object_id=report.pk, revision=revision, saved_at=saved_at, author=author, content=content
    )
