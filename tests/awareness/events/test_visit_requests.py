"""Requests for a visit: a teacher asks, an attacker floods, a coordinator makes a date, the contact person is erased."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.http import HttpResponse

from awareness.events.enums import VISIT_TRANSITIONS, VisitState
from awareness.events.models import EventDate, VisitRequest
from awareness.events.staff.services import remove_date
from awareness.events.visits import services
from awareness.events.visits.forms import week_choices
from awareness.events.visits.tasks import erase_visit_requests
from awareness.topics.models import Topic
from clicksafely.common.exceptions import ActionRefused
from clicksafely.common.http import limits
from clicksafely.common.http.cookieless_forms import HONEYPOT
from clicksafely.common.models import AuditEvent
from tests.awareness.events.staff.conftest import enter_as
from tests.clients.admin_form import form_data
from tests.clients.bookings import SCHOOL_FORM
from tests.clients.staff import Person
from tests.factories.events import NOW, make_date, make_event, make_visit_request
from tests.hotline.intake.journey import Reporter, answer_of, errors_on, hidden, html

FORM = "events/invite/"
WEEKS = [value for value, _words in week_choices(NOW.date())]
GOOD = {
    **SCHOOL_FORM,
    "topic": "privacy-settings",
    "week1": WEEKS[3],
    "week2": WEEKS[1],
    "week3": "",
    "needs": "Најбоље петком.",
}

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def coordinator() -> Person:
    return enter_as("events")


def send(person: Reporter, **fields: Any) -> HttpResponse:
    return person.post(FORM, {**GOOD, "draft": hidden(person.get(FORM), "draft"), **fields})


def make_request(**fields: Any) -> VisitRequest:
    assert send(Reporter("en"), **fields).status_code == 200
    return VisitRequest.objects.latest("pk")


def page_of(visit: VisitRequest, action: str = "") -> str:
    return f"/admin/events/visits/{visit.pk}/{action}"


class TestATeacher:
    def test_finds_the_form_and_sends_a_request(self) -> None:
        teacher = Reporter("en")
        for page in ("events/", "for-teachers/"):
            assert 'href="/en/events/invite/"' in html(teacher.get(page))
        page = teacher.get(FORM)
        assert (page.status_code, page.headers["Cache-Control"], page.cookies) == (200, "no-store", {})
        answer = send(teacher)
        visit = VisitRequest.objects.get()
        assert visit.reference in html(answer)
        assert (visit.state, visit.town, visit.grade, visit.pupils, visit.language) == ("new", "nis", 5, 24, "en")
        assert visit.topic == Topic.objects.get(slug="privacy-settings")
        assert [week.isoformat() for week in visit.weeks] == [WEEKS[1], WEEKS[3]]
        assert b"ana@school" not in bytes(visit.sealed or b"")

    def test_sends_the_form_twice_and_has_one_request(self) -> None:
        teacher = Reporter("en")
        token = hidden(teacher.get(FORM), "draft")
        first, second = send(teacher, draft=token), send(teacher, draft=token, school="Друга")
        assert html(first) == html(second)
        assert VisitRequest.objects.get().school == GOOD["school"]

    @pytest.mark.parametrize(
        "wrong",
        [
            dict.fromkeys(["school", "school_kind", "town", "pupils", "week1", "name", "email"], ""),
            {"week1": "2026-10-05", "week2": "2026-11-03", "topic": "nema-je", "pupils": "301", "grade": "9"},
            {"grade": ""},
        ],
    )
    def test_is_shown_wrong_values_at_their_fields(self, wrong: dict[str, str]) -> None:
        answer = send(Reporter("en"), **wrong)
        assert (answer.status_code, VisitRequest.objects.count()) == (422, 0)
        assert set(errors_on(answer)) == set(wrong)


class TestAnAttacker:
    def test_floods_and_meets_a_task(self) -> None:
        person = Reporter("en", network="2001:db8:77::1")
        for _ in range(limits.VISIT_REQUESTS.limit):
            assert send(person).status_code == 200
        token = hidden(person.get(FORM), "draft")
        flood = send(person, draft=token)
        assert (flood.status_code, VisitRequest.objects.count()) == (422, limits.VISIT_REQUESTS.limit)
        # A school behind the same network still gets through, and others do not notice.
        assert send(person, draft=token, **answer_of(flood)).status_code == 200
        assert send(Reporter("en")).status_code == 200

    def test_fills_the_hidden_field_or_comes_from_another_site(self) -> None:
        assert send(Reporter("en"), **{HONEYPOT: "https://spam.example.org"}).status_code == 422
        assert send(Reporter("en", **{"Sec-Fetch-Site": "cross-site"})).status_code == 403
        assert not VisitRequest.objects.exists()


class TestACoordinator:
    @pytest.mark.usefixtures("menu_counts")
    def test_makes_a_date(self, coordinator: Person) -> None:
        visit, event = make_request(), make_event()
        assert "<b>1</b> <span>Unanswered requests" in coordinator.client.get("/admin/").content.decode()
        list_page = coordinator.client.get("/admin/events/visitrequest/?state=new").content.decode()
        assert f"/admin/events/visitrequest/{visit.pk}/change/" in list_page
        row = coordinator.client.get(f"/admin/events/visitrequest/{visit.pk}/change/")
        assert row["Location"] == page_of(visit)
        page = coordinator.client.get(page_of(visit)).content.decode()
        assert "ana@school.example.org" not in page
        contact_page = coordinator.client.post(page_of(visit, "open/")).content.decode()
        assert "ana@school.example.org" in contact_page
        assert "Најбоље петком." in contact_page
        assert AuditEvent.objects.filter(action="visit_request.contact_opened", subject_id=str(visit.pk)).exists()

        chosen = coordinator.client.post(page_of(visit, "date/"), {"event": event.pk})
        assert chosen.status_code == 302
        data = form_data(coordinator.client.get(chosen["Location"]).content.decode())
        assert (data["town"], data["place"], data["capacity"]) == ("nis", GOOD["school"], "24")
        response = coordinator.client.post(chosen["Location"], {**data, "begins": "10:00", "ends": "11:30"})
        date = EventDate.objects.get(event=event)
        assert response["Location"] == f"/admin/events/dates/{date.pk}/"
        assert date.starts_at.date().isoformat() == WEEKS[1]
        visit.refresh_from_db()
        assert (visit.state, visit.date) == ("planned", date)
        assert response["Location"] in coordinator.client.get(page_of(visit)).content.decode()
        assert visit.reference in coordinator.client.get(response["Location"]).content.decode()
        with pytest.raises(ActionRefused):
            remove_date(date=date, actor=coordinator.user, now=NOW)

        again = coordinator.client.post(chosen["Location"], {**data, "begins": "12:00", "ends": "13:00"})
        assert (again.status_code, EventDate.objects.count()) == (422, 1)

    def test_answers_then_declines(self, coordinator: Person) -> None:
        visit = make_request()
        assert coordinator.client.post(page_of(visit, "answer/")).status_code == 302
        assert coordinator.client.post(page_of(visit, "answer/")).status_code == 422
        assert coordinator.client.post(page_of(visit, "decline/"), {"reason": ""}).status_code == 422
        assert coordinator.client.post(page_of(visit, "decline/"), {"reason": "Нема термина."}).status_code == 302
        assert VisitRequest.objects.get().state == VisitState.DECLINED
        assert "Нема термина." in coordinator.client.get(page_of(visit)).content.decode()
        assert "decline/" not in coordinator.client.get(page_of(visit)).content.decode()

    def test_erases_the_contact_person(self, coordinator: Person) -> None:
        visit = make_request()
        assert coordinator.client.post(page_of(visit, "erase/")).status_code == 302
        visit.refresh_from_db()
        assert (visit.sealed, visit.erased_at, visit.school) == (None, NOW, GOOD["school"])
        assert coordinator.client.post(page_of(visit, "open/")).status_code == 422


@pytest.mark.parametrize("before", VisitState.values)
def test_every_state_and_action(coordinator: Person, before: str) -> None:
    visit, date = make_visit_request(), make_date()
    by: Any = {"visit": visit, "actor": coordinator.user, "now": NOW}
    for act, run in {
        VisitState.ANSWERED: lambda: services.answer_visit_request(**by),
        VisitState.PLANNED: lambda: services.link_date(date=date, **by),
        VisitState.DECLINED: lambda: services.decline_visit_request(reason="x", **by),
    }.items():
        VisitRequest.objects.update(state=before, date=date if before == VisitState.PLANNED else None, reason="")
        if act in VISIT_TRANSITIONS[VisitState(before)]:
            run()
            assert VisitRequest.objects.get().state == act
        else:
            with pytest.raises(services.VisitChanged):
                run()


def test_the_contact_person_is_erased_after_the_last_week_and_the_date() -> None:
    monday = date.fromisoformat(WEEKS[3])
    visit, planned = make_visit_request(weeks=[monday]), make_visit_request(weeks=[monday])
    last = datetime.fromisoformat(WEEKS[3]).replace(tzinfo=UTC)
    ends_at = last + timedelta(days=60, hours=2)
    visited = make_date(starts_at=last + timedelta(days=60), ends_at=ends_at)
    VisitRequest.objects.filter(pk=planned.pk).update(state="planned", date=visited)
    remaining = VisitRequest.objects.exclude(sealed=None)
    for days, expected in ((36, {visit, planned}), (38, {planned}), (89, {planned}), (91, set())):
        with time_machine.travel(last + timedelta(days=days, hours=12), tick=False):
            erase_visit_requests()
        assert set(remaining.all()) == expected, days
    assert AuditEvent.objects.filter(action="visit_requests.anonymised").count() == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "x"},
        {"state": "planned"},
        {"pupils": 0},
        {"grade": 9},
        {"weeks": []},
        {"sealed": None},
        {"reason": "x"},
    ],
    ids=str,
)
def test_impossible_rows_are_refused(wrong: dict[str, Any]) -> None:
    make_visit_request()
    with pytest.raises(IntegrityError), transaction.atomic():
        VisitRequest.objects.update(**wrong)
