"""Tests of complaints for supervisors: opened on request, answered in time, without conflicts of interest."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from pytest_django import DjangoAssertNumQueries

from clicksafely.accounts.models import User
from clicksafely.common.crypto import receipts
from clicksafely.common.models import AuditEvent
from hotline.complaints import selectors, services
from hotline.lifecycle.exceptions import WrongState
from hotline.models import Action, Assessment, Complaint, ComplaintDeadlines, QuestionSet, Referral, Report
from tests.clients.staff import Person, signed_in
from tests.clock import travelling
from tests.factories.hotline import ReportFactory, make_message
from tests.hotline.review.conftest import make_case, make_item, make_user

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 10, 31, tzinfo=UTC)
LIST, TERMS = "/admin/hotline/complaint/", "/admin/hotline/complaintdeadlines/"


@pytest.fixture
def vera() -> Person:
    person = signed_in("vera", "supervisor")
    person.client.cookies["lang"] = "en"
    return person


@pytest.fixture
def lead() -> User:
    return make_user("lead", "supervisor")


def file(report: Report | None = None, *, at: datetime = NOW, text: str = "Реч-5512", contact: str = "") -> Complaint:
    new = services.NewComplaint(
        number=receipts.generate_code(),
        form_digest=secrets.token_bytes(32),
        about="report" if report else "hotline",
        text=text,
        contact=contact,
        language="sr",
        report=report,
    )
    complaint = services.file_complaint(new=new, now=at)
    assert complaint is not None
    return complaint


def answer(complaint: Complaint, actor: User, text: str = "Одговор.", outcome: str = "") -> None:
    services.answer_complaint(complaint=complaint, text=text, outcome=outcome, actor=actor, now=NOW)


def actions(complaint: Complaint) -> list[str]:
    found = AuditEvent.objects.filter(subject_table="hotline_complaint", subject_id=complaint.pk).order_by("id")
    return list(found.values_list("action", flat=True))


def page(response: HttpResponse) -> str:
    return response.content.decode()


class TestHandling:
    def test_from_its_arrival_to_its_end(self, lead: User) -> None:
        complaint = file(contact="ana@example.org")
        decrypted = services.open_complaint(complaint=complaint, actor=lead, now=NOW)
        assert (decrypted.text, decrypted.contact, decrypted.answers) == ("Реч-5512", "ana@example.org", [])
        services.acknowledge_complaint(complaint=complaint, actor=lead, now=NOW)
        answer(complaint, lead)
        answer(complaint, lead, "Коначно.", "partly")
        complaint.refresh_from_db()
        assert (complaint.state, complaint.outcome, complaint.closed_by) == ("closed", "partly", lead)
        decrypted = services.open_complaint(complaint=complaint, actor=lead, now=NOW)
        assert [(each.text, each.author) for each in decrypted.answers] == [("Одговор.", "lead"), ("Коначно.", "lead")]
        assert actions(complaint) == [
            f"complaint.{name}"
            for name in ("received", "opened", "acknowledged", "answered", "answered", "closed", "opened")
        ]

    def test_a_closed_complaint_takes_no_answer_and_an_erased_one_is_not_opened(self, lead: User) -> None:
        complaint = file()
        answer(complaint, lead, outcome="upheld")
        with pytest.raises(WrongState):
            answer(complaint, lead)
        with pytest.raises(WrongState):
            services.acknowledge_complaint(complaint=complaint, actor=lead, now=NOW)
        Complaint.objects.update(sealed=None)
        with pytest.raises(services.ComplaintErased):
            services.open_complaint(complaint=complaint, actor=lead, now=NOW)

    def test_no_end_without_reasons(self, lead: User) -> None:
        complaint = file()
        for outcome in ("", "upheld", "not_upheld"):
            with pytest.raises(services.EmptyAnswer):
                answer(complaint, lead, "", outcome)
        with pytest.raises(services.UnknownOutcome):
            answer(complaint, lead, "x", "nonsense")
        complaint.refresh_from_db()
        assert (complaint.state, complaint.answers.count()) == ("received", 0)
        answer(complaint, lead, "", "withdrawn")
        other = file()
        answer(other, lead)
        answer(other, lead, "", "not_upheld")
        assert set(Complaint.objects.values_list("state", flat=True)) == {"closed"}

    def test_only_supervisors(self) -> None:
        complaint, analyst = file(), make_user("first", "analyst")
        for act in (services.open_complaint, services.acknowledge_complaint):
            with pytest.raises(services.ComplaintNotAllowed):
                act(complaint=complaint, actor=analyst, now=NOW)
        with pytest.raises(services.ComplaintNotAllowed):
            answer(complaint, analyst)

    @pytest.mark.parametrize("part", ["assessed", "acted", "referred", "wrote", "holds", "assessed elsewhere"])
    def test_staff_who_worked_on_the_case_cannot_answer(self, part: str, lead: User) -> None:
        report, item = ReportFactory(), make_item()
        report.report_items.create(item=item, position=0)
        if part in {"assessed", "assessed elsewhere"}:
            Assessment.objects.create(
                item=item,
                report=make_case(item) if part == "assessed elsewhere" else report,
                author=lead,
                question_set=QuestionSet.objects.get(active=True),
                round="first",
                answers={},
                verdict="not_illegal",
                created_at=NOW,
            )
        elif part == "acted":
            Action.objects.create(item=item, report=report, author=lead, kind="police", done_at=NOW)
        elif part == "referred":
            Referral.objects.create(item=item, report=report, author=lead, route="host", created_at=NOW)
        elif part == "wrote":
            message = make_message(report, "x")
            message.author = lead
            message.save()
        else:
            Report.objects.filter(pk=report.pk).update(claimed_by=lead, claimed_until=NOW)
        complaint = file(Report.objects.get(pk=report.pk))
        for act in (services.open_complaint, services.acknowledge_complaint):
            with pytest.raises(services.OwnWork):
                act(complaint=complaint, actor=lead, now=NOW)
        for outcome in ("", "not_upheld"):
            with pytest.raises(services.OwnWork):
                answer(complaint, lead, outcome=outcome)
        other = make_user("other", "supervisor")
        answer(complaint, other, outcome="upheld")

    @pytest.mark.parametrize(
        "columns",
        [
            {"about": "x"},
            {"state": "x"},
            {"state": "acknowledged"},
            {"state": "closed", "acknowledged_at": NOW},
            {"outcome": "upheld"},
            {"sealed": None},
        ],
    )
    def test_the_database_refuses(self, columns: dict[str, Any]) -> None:
        complaint = file()
        with pytest.raises(IntegrityError), transaction.atomic():
            Complaint.objects.filter(pk=complaint.pk).update(**columns)

    @pytest.mark.parametrize(("acknowledge", "answered"), [(0, 30), (31, 30), (1, 366)])
    def test_the_database_refuses_senseless_deadlines(self, acknowledge: int, answered: int) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            ComplaintDeadlines.objects.update(acknowledge_days=acknowledge, answer_days=answered)


class TestDeadlines:
    def test_overdue_complaints(self, lead: User) -> None:
        new = file()
        read = file()
        services.acknowledge_complaint(complaint=read, actor=lead, now=NOW)
        done = file()
        answer(done, lead, outcome="upheld")
        hour = NOW.replace(minute=0)
        week, month = hour + timedelta(days=7), hour + timedelta(days=30)
        second = timedelta(seconds=1)
        assert list(selectors.overdue(week)) == []
        assert list(selectors.overdue(week + second)) == [new]
        assert list(selectors.overdue(month + second)) == [new, read]
        late = [
            [selectors.is_overdue(Complaint.objects.get(pk=each.pk), moment) for each in (new, read, done)]
            for moment in (week, week + second, month + second)
        ]
        assert late == [[False] * 3, [True, False, False], [True, True, False]]

    def test_my_work_shows_complaints_to_supervisors(self, vera: Person) -> None:
        with travelling(NOW, tick=True) as clock:
            desk_url = "/admin/hotline/desk/"
            file()
            shown = page(vera.client.get(desk_url))
            assert "1 open complaint<" in shown
            assert "overdue" not in shown
            analyst = signed_in("ana", "analyst")
            assert "complaint" not in page(analyst.client.get(desk_url))
            assert [analyst.client.get(path).status_code for path in (LIST, TERMS)] == [403, 403]
            # A session expires before a deadline does.
            clock.shift(timedelta(hours=1))
            Complaint.objects.update(acknowledge_by=NOW)
            for path in (desk_url, LIST, Complaint.objects.get().get_absolute_url()):
                assert "overdue" in page(vera.client.get(path))


class TestPages:
    def test_read_answered_and_closed(self, vera: Person) -> None:
        complaint = file(contact="ana@example.org")
        path = f"/admin/hotline/complaints/{complaint.pk}/"
        assert "Реч-5512" not in page(vera.client.get(path))
        html = page(vera.client.post(f"{path}open/"))
        assert "Реч-5512" in html
        assert "ana@example.org" in html
        assert "Реч-5512" not in page(vera.client.get(path))
        assert vera.client.post(f"{path}acknowledge/").status_code == 302
        assert "being examined" in page(vera.client.get(path))
        data = {"text": "Извињавамо се.", "outcome": "upheld"}
        assert vera.client.post(f"{path}answer/", data).status_code == 302
        closed_page = page(vera.client.get(path))
        assert "upheld" in closed_page
        assert "Answer and close" not in closed_page
        assert vera.client.get(f"{LIST}{complaint.pk}/change/").headers["Location"] == path
        assert complaint.reference in page(vera.client.get(LIST))

    @pytest.mark.parametrize(
        "data",
        [
            {"text": "", "outcome": "upheld"},
            {"text": "Остаје.", "outcome": "nonsense"},
            {"text": "x" * 10_001},
            {"text": "Остаје.\x00"},
        ],
    )
    def test_refused_answer_keeps_its_text(self, data: dict[str, str], vera: Person) -> None:
        complaint = file()
        response = vera.client.post(f"/admin/hotline/complaints/{complaint.pk}/answer/", data)
        assert response.status_code == 422
        assert data["text"][:6] in page(response)
        assert not complaint.answers.exists()

    def test_a_complaint_about_own_work_cannot_be_handled(self, vera: Person) -> None:
        report = ReportFactory()
        Report.objects.filter(pk=report.pk).update(claimed_by=vera.user, claimed_until=NOW)
        complaint = file(Report.objects.get(pk=report.pk))
        path = f"/admin/hotline/complaints/{complaint.pk}/"
        assert 'name="outcome"' not in page(vera.client.get(path))
        for act in ("open", "acknowledge", "answer"):
            assert vera.client.post(f"{path}{act}/", {"text": "x"}).status_code == 422

    def test_a_seal_that_does_not_open(self, vera: Person) -> None:
        complaint = file()
        Complaint.objects.update(sealed=b"x" * 40)
        response = vera.client.post(f"/admin/hotline/complaints/{complaint.pk}/open/")
        assert response.status_code == 422

    def test_the_number_of_queries_of_the_list(
        self, vera: Person, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        for _ in range(12):
            file(ReportFactory())
        with django_assert_max_num_queries(10):
            assert vera.client.get(LIST).status_code == 200

    def test_deadlines_are_data(self, vera: Person) -> None:
        assert vera.client.post(f"{TERMS}1/change/", {"acknowledge_days": "3", "answer_days": "15"}).status_code == 302
        complaint = file()
        assert (complaint.acknowledge_by - complaint.received_at).days == 3
        assert (complaint.answer_by - complaint.received_at).days == 15
        assert AuditEvent.objects.filter(action="complaint.deadlines_changed").count() == 1

    @pytest.mark.parametrize(
        ("data", "at"),
        [
            ({"acknowledge_days": "31", "answer_days": "30"}, "acknowledge_days"),
            ({"acknowledge_days": "7", "answer_days": "366"}, "answer_days"),
            ({"acknowledge_days": "7", "answer_days": ""}, "answer_days"),
        ],
    )
    def test_senseless_deadlines(self, data: dict[str, str], at: str, vera: Person) -> None:
        response = vera.client.post(f"{TERMS}1/change/", data)
        assert (response.status_code, list(response.context["adminform"].form.errors)) == (200, [at])
