"""Closing reports: validation of sums, attendance, corrections and their versions."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from awareness.events.enums import DateState
from awareness.events.models import Booking, ClosingReport, EventDate, SchoolAttendance
from awareness.events.staff.report_services import (
    ReportData,
    SchoolCount,
    last_version,
    report_errors,
    save_closing_report,
)
from awareness.events.staff.services import change_date
from awareness.events.staff.statistics import figures_of_event
from awareness.publishing.models import Version
from clicksafely.common.exceptions import ActionRefused, EditConflict
from clicksafely.common.models import AuditEvent
from clicksafely.common.page_cache import content_version
from tests.clients.bookings import state
from tests.clients.staff import Person
from tests.factories.events import NOW, make_booking, make_date, make_event, make_report

pytestmark = pytest.mark.django_db

FILLED = {"participants": "60", "children": "52", "teachers": "8", "note": "Лепо."}


@pytest.fixture
def past(clock: time_machine.Traveller, db: None) -> EventDate:
    """A date that ended yesterday, with three classes of two schools; one class was absent."""
    date = make_date(starts_at=NOW - timedelta(days=1), capacity=120)
    make_booking(date, school="ОШ „Вук Караџић“", size=30)
    make_booking(date, school="ОШ „Вук Караџић“", size=20, grade=6)
    make_booking(date, school="Гимназија", school_kind="secondary", size=25)
    return date


def report(person: Person, date: EventDate, data: dict[str, Any]) -> Any:
    return person.client.post(f"/admin/events/dates/{date.pk}/report/", data)


def form_of(person: Person, date: EventDate, **changes: Any) -> dict[str, Any]:
    """The form data of the page with changes; None removes a field."""
    forms = person.client.get(f"/admin/events/dates/{date.pk}/report/").context["forms"]
    data: dict[str, Any] = {}
    for form in [forms.counts, *forms.booked, forms.schools.management_form, *forms.schools]:
        for field in form:
            value = field.value()
            if value is not None and value is not False:
                data[field.html_name] = "on" if value is True else value
    data |= changes
    return {name: value for name, value in data.items() if value is not None}


def booking_named(date: EventDate, school: str) -> Booking:
    return date.bookings.filter(school=school).order_by("pk").first()  # type: ignore[return-value]


def test_schools_are_filled_in_from_bookings_and_attendance_is_settled(organiser: Person, past: EventDate) -> None:
    absent, before = booking_named(past, "Гимназија"), content_version.current()
    data = form_of(organiser, past, **FILLED, **{f"booking-{absent.pk}-attended": None})
    other = {"school": "ОШ „Доситеј“", "kind": "primary", "town": "leskovac", "participants": "9"}
    data |= {f"schools-0-{name}": value for name, value in other.items()}
    data |= {f"before_{score}": score for score in range(1, 6)}
    assert report(organiser, past, data).status_code == 302
    closed = ClosingReport.objects.get(date=past)
    assert (closed.participants, closed.children, closed.teachers, closed.note) == (60, 52, 8, "Лепо.")
    assert (closed.before, closed.after) == ([1, 2, 3, 4, 5], [])
    assert (closed.closed_at, closed.closed_by) == (NOW, organiser.user)
    # Two classes of a school are one school.
    assert list(closed.schools.values_list("school", "school_kind", "town", "participants")) == [
        ("ОШ „Вук Караџић“", "primary", "nis", 50),
        ("ОШ „Доситеј“", "primary", "leskovac", 9),
    ]
    assert sorted(past.bookings.values_list("school", "state")) == [
        ("Гимназија", "absent"),
        ("ОШ „Вук Караџић“", "attended"),
        ("ОШ „Вук Караџић“", "attended"),
    ]
    past.refresh_from_db()
    assert past.taken == 0
    assert content_version.current() > before
    audit_event = AuditEvent.objects.get(action="date.report_created")
    assert (audit_event.subject_id, audit_event.data) == (past.pk, {"participants": 60, "version": 1})


@pytest.mark.parametrize(
    "findings",
    [
        ReportData(60, children=60, teachers=8),
        ReportData(60, teachers=59),
        ReportData(3, children=3, before=[4, 0, 0, 0, 0]),
        ReportData(3, children=3, after=[0, 0, 0, 2, 2]),
        ReportData(3, children=3, schools=[SchoolCount("a", "other", "nis", 4)]),
        ReportData(9, children=9, schools=[SchoolCount(name, "other", "nis", 3) for name in ("Вук", "VUK")]),
    ],
)
def test_inconsistent_report_is_refused(organiser: Person, past: EventDate, findings: ReportData) -> None:
    with pytest.raises(ValueError, match="add up"):
        save_closing_report(date=past, findings=findings, attended={}, opened=0, actor=organiser.user, now=NOW)
    assert not ClosingReport.objects.exists()


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"children": "60", "before_1": "61", "after_5": "61"}, {"participants", "before_1", "after_1"}),
        ({"participants": "", "children": "a few", "youth": "-1"}, {"participants", "children", "youth"}),
        ({"participants": "20001"}, {"participants"}),
        ({"schools-0-school": "ОШ"}, {"town", "participants"}),
        ({"schools-0-participants": "0"}, {"participants"}),
        ({"schools-0-participants": "5", "schools-0-town": "atlantis"}, {"school", "town"}),
        ({"schools-0-school": "ОШ", "schools-0-town": "nis", "schools-0-participants": "11"}, set()),
        # A class that came is counted.
        ({"booking-participants": ""}, {"participants"}),
    ],
)
def test_wrong_values_are_reported_at_their_fields(
    organiser: Person, past: EventDate, changes: dict[str, str], errors: set[str]
) -> None:
    absent, present = booking_named(past, "Гимназија"), booking_named(past, "ОШ „Вук Караџић“")
    data = form_of(organiser, past, **FILLED, **{f"booking-{absent.pk}-attended": None})
    named = {name.replace("booking-", f"booking-{present.pk}-"): value for name, value in changes.items()}
    answer = report(organiser, past, data | named)
    assert answer.status_code == 422
    forms = answer.context["forms"]
    assert {name for form in [forms.counts, *forms.booked, *forms.schools] for name in form.errors} == errors
    assert set(forms.wrong) <= {"participants", "before", "after", "schools"}
    assert not ClosingReport.objects.exists()
    assert state(absent) == "booked"


def test_a_correction_starts_with_the_stored_report_and_is_versioned(organiser: Person, past: EventDate) -> None:
    absent = booking_named(past, "Гимназија")
    other = {"school": "Центар", "kind": "other", "town": "nis", "participants": "3"}
    data = form_of(organiser, past, **FILLED, **{f"booking-{absent.pk}-attended": None})
    report(organiser, past, data | {f"schools-0-{name}": value for name, value in other.items()})
    # Two classes of one school share its number.
    again = form_of(organiser, past)
    numbers = {name: value for name, value in again.items() if name.endswith("-participants")}
    assert sorted(numbers.values()) == [3, 20, 25, 30]
    assert f"booking-{absent.pk}-attended" not in again
    changed = again | {f"booking-{absent.pk}-attended": "on", "participants": "85", "children": "77"}
    assert report(organiser, past, changed).status_code == 302
    assert state(absent) == "attended"
    assert ClosingReport.objects.get().participants == 85
    assert SchoolAttendance.objects.filter(school="Гимназија").get().participants == 25
    page = organiser.client.get(f"/admin/events/dates/{past.pk}/report/")
    newest, first = page.context["corrections"]
    assert [version.revision for version, _changes in (newest, first)] == [2, 1]
    assert [("-", "60"), ("+", "85")] in [change.lines for change in newest[1]]
    assert AuditEvent.objects.filter(action="date.report_corrected").get().data["version"] == 2


def test_a_report_without_a_version_gets_one_before_its_correction(organiser: Person) -> None:
    date = make_date(starts_at=NOW - timedelta(days=400))
    stored = make_report(date, children=20)
    assert report(organiser, date, form_of(organiser, date, participants="21", children="21")).status_code == 302
    versions = Version.objects.filter(kind="events.closingreport", object_id=stored.pk).order_by("revision")
    assert [(each.revision, each.content["children"]) for each in versions] == [(1, 20), (2, 21)]
    assert last_version(date) == 2


@pytest.mark.parametrize("fields", [{}, {"starts_at": NOW - timedelta(days=9), "state": DateState.CANCELLED}])
def test_nothing_is_closed_before_it_begins_or_once_it_is_cancelled(organiser: Person, fields: dict[str, Any]) -> None:
    date = make_date(**fields)
    address = f"/admin/events/dates/{date.pk}/"
    for send in (organiser.client.get, organiser.client.post):
        assert send(f"{address}report/", {"participants": "1"})["Location"] == address
    with pytest.raises(ActionRefused):
        save_closing_report(date=date, findings=ReportData(0), attended={}, opened=0, actor=organiser.user, now=NOW)


def test_a_report_of_another_version_is_refused(organiser: Person, past: EventDate) -> None:
    with pytest.raises(EditConflict):
        save_closing_report(date=past, findings=ReportData(0), attended={}, opened=3, actor=organiser.user, now=NOW)
    data = form_of(organiser, past, participants="75", children="75", opened="3")
    assert report(organiser, past, data).status_code == 422
    assert not ClosingReport.objects.exists()
    assert report_errors(ReportData(3, children=3, schools=[SchoolCount("a", "other", "nis", 3)])) == {}


def test_a_closed_date_is_no_longer_changed(organiser: Person, past: EventDate) -> None:
    make_report(past)
    answer = organiser.client.get(f"/admin/events/dates/{past.pk}/")
    content = answer.content.decode()
    assert f"/admin/events/dates/{past.pk}/change/" not in content
    assert organiser.client.post(f"/admin/events/dates/{past.pk}/attendance/", {}).status_code == 422
    with pytest.raises(ActionRefused):
        change_date(date=past, opened=past.revision, actor=organiser.user, now=NOW, place="Друга сала")


def test_attendance_is_recorded_before_the_report(organiser: Person, past: EventDate) -> None:
    first, second, third = past.bookings.order_by("pk")
    answer = organiser.client.post(
        f"/admin/events/dates/{past.pk}/attendance/", {"attended": [first.pk, third.pk, "x"]}
    )
    assert answer.status_code == 302
    assert [state(each) for each in (first, second, third)] == ["attended", "absent", "attended"]
    forms = organiser.client.get(f"/admin/events/dates/{past.pk}/report/").context["forms"]
    ticked = {form.booking.pk: form["attended"].value() for form in forms.booked}
    assert ticked == {first.pk: True, second.pk: False, third.pk: True}
    ahead = make_date(past.event)
    assert organiser.client.post(f"/admin/events/dates/{ahead.pk}/attendance/", {}).status_code == 422


def test_figures_of_an_event_add_its_reports_up(organiser: Person) -> None:
    event = make_event()
    dates = [
        make_date(event, starts_at=NOW - timedelta(days=days), town=town)
        for days, town in ((3, "nis"), (2, "nis"), (1, "zajecar"))
    ]
    for number, date in enumerate(dates[:2], 1):
        closed = make_report(date, children=10 * number, teachers=1, before=[0, 0, 4, 0, 0], after=[0, 0, 0, 0, number])
        for school in ("ОШ „Свети Сава“", "OŠ „Sveti Sava“")[:number]:
            closed.schools.create(school=school, school_kind="primary", town="nis", participants=5)
    make_date(event)
    found = figures_of_event(event, NOW)
    assert (found.participants, found.groups, found.towns, found.schools, found.closed) == (
        32,
        [30, 0, 0, 2, 0],
        1,
        1,
        2,
    )
    assert (found.before, found.after) == (3, 5)
    assert [row.schools for row in found.dates] == [1, 1, 0, 0]
    assert [row.shown.waits_for_report for row in found.dates] == [False, False, True, False]
    assert organiser.client.get(f"/admin/events/event/{event.pk}/figures/").status_code == 200
