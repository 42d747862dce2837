"""Staff pages of bookings: search, access to contact details, cancellation, e-mail, export without names."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from awareness.events.enums import BookingState
from awareness.events.models import Booking, EmailKind
from clicksafely.common.models import AuditEvent
from tests.clients.bookings import ask, check_places, email_kinds, state
from tests.clients.staff import Person
from tests.factories.events import CONTACT, NOW, make_booking, make_date, make_event, make_report

pytestmark = pytest.mark.django_db

LIST = "/admin/events/booking/"
# Contact details that must not appear without an explicit request.
CONTACT_DATA = (CONTACT["name"], CONTACT["email"], CONTACT["phone"])


def found(person: Person, query: str) -> list[str]:
    return [booking.school for booking in person.client.get(f"{LIST}?{query}").context["cl"].result_list]


def without_names(content: bytes) -> str:
    page = content.decode()
    assert not [words for words in CONTACT_DATA if words in page]
    return page


def test_the_list_is_narrowed_and_searched_through_folding(organiser: Person) -> None:
    first, second = make_date(), make_date(make_event(title_sr="Други"), town="zajecar")
    make_booking(first, school="ОШ „Ђура Јакшић“", booked_at=NOW - timedelta(days=2))
    make_booking(
        second, school="Гимназија", town="zajecar", state=BookingState.WAITING, booked_at=NOW - timedelta(days=1)
    )
    make_booking(second, school="OŠ „Đura Daničić“", town="cacak", unreachable_at=NOW)
    assert found(organiser, "q=djura") == found(organiser, "q=ЂУРА") == ["OŠ „Đura Daničić“", "ОШ „Ђура Јакшић“"]
    assert found(organiser, "q=djura jaksic") == ["ОШ „Ђура Јакшић“"]
    # Short words match only at the start of words.
    assert found(organiser, "q=ош") == ["OŠ „Đura Daničić“", "ОШ „Ђура Јакшић“"]
    assert found(organiser, "q=зи") == []
    assert found(organiser, f"event={second.event_id}") == ["OŠ „Đura Daničić“", "Гимназија"]
    assert found(organiser, f"date={first.pk}") == ["ОШ „Ђура Јакшић“"]
    assert found(organiser, "state=waiting") == ["Гимназија"]
    assert found(organiser, "town=cacak") == found(organiser, "unreachable=open") == ["OŠ „Đura Daničić“"]
    assert found(organiser, "unreachable=all&town=nis") == []
    assert len(found(organiser, "")) == 3
    for query in ("state=nonsense", "town=atlantis", "event=x", "event=99999999999999999999", "date=-1"):
        assert organiser.client.get(f"{LIST}?{query}", follow=True).status_code == 200


def test_staff_pages_show_no_contacts(organiser: Person) -> None:
    date = make_date()
    booking = make_booking(date, unreachable_at=NOW)
    for path in (
        LIST,
        "/admin/events/overview/",
        "/admin/events/calendar/",
        f"/admin/events/dates/{date.pk}/",
        f"/admin/events/dates/{date.pk}/list/",
        f"/admin/events/bookings/{booking.pk}/",
        f"/admin/events/event/{date.event_id}/change/",
    ):
        without_names(organiser.client.get(path).content)
    without_names(organiser.client.post(f"{LIST}export/").getvalue())


def test_opening_the_contact_is_audited(organiser: Person) -> None:
    booking = make_booking(make_date())
    answer = organiser.client.post(f"/admin/events/bookings/{booking.pk}/open/")
    assert all(words in answer.content.decode() for words in CONTACT_DATA)
    assert '<a href="mailto:ana@school.example.org">' in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    audit_event = AuditEvent.objects.get(action="booking.contact_opened")
    assert (audit_event.subject_id, audit_event.actor_id) == (booking.pk, organiser.user.pk)
    without_names(organiser.client.get(f"/admin/events/bookings/{booking.pk}/").content)


def test_erased_or_undecryptable_contact_is_reported(organiser: Person) -> None:
    erased = make_booking(make_date())
    Booking.objects.filter(pk=erased.pk).update(sealed=None, erased_at=NOW)
    broken = make_booking(make_date(), sealed=b"not sealed to anybody")
    for path in (f"bookings/{erased.pk}/open/", f"bookings/{broken.pk}/open/", f"dates/{broken.date_id}/list/"):
        assert organiser.client.post(f"/admin/events/{path}").status_code == 422


def test_the_list_of_the_day_has_names_on_request_and_is_audited(organiser: Person) -> None:
    date = make_date(capacity=100)
    make_booking(date)
    make_booking(date, school="Гимназија", contact={"name": "Петар Петровић"})
    make_booking(date, school="Не долази", state=BookingState.CANCELLED)
    page = without_names(organiser.client.get(f"/admin/events/dates/{date.pk}/list/").content)
    assert "Не долази" not in page
    assert "50 places" in page
    answer = organiser.client.post(f"/admin/events/dates/{date.pk}/list/")
    assert "Петар Петровић" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert AuditEvent.objects.get(action="date.contacts_opened").data == {"count": 2}


def test_an_offer_is_accepted_for_a_school_that_answers_by_telephone(organiser: Person) -> None:
    date = make_date()
    first, second = ask(date), ask(date, school="Гимназија")
    page = f"/admin/events/bookings/{second.pk}/"
    waiting = organiser.client.get(page).content.decode()
    assert f'"/admin/events/dates/{date.pk}/change/"' in waiting
    assert f"{page}accept/" not in waiting
    response = organiser.client.post(f"{page}accept/")
    assert (response.status_code, state(second)) == (422, "waiting")
    organiser.client.post(f"/admin/events/bookings/{first.pk}/cancel/")
    assert (state(first), email_kinds(first)[-1]) == ("cancelled_by_staff", EmailKind.CANCELLED_BY_STAFF)
    offered = organiser.client.get(page).content.decode()
    assert f'"{page}accept/"' in offered
    assert organiser.client.post(f"{page}accept/").status_code == 302
    assert (state(second), email_kinds(second)[-1]) == ("booked", EmailKind.BOOKED)
    check_places(NOW)
    accepted = AuditEvent.objects.get(action="booking.booked", subject_id=second.pk)
    assert accepted.actor_id == organiser.user.pk
    assert organiser.client.post(f"{page}accept/").status_code == 422
    assert organiser.client.post(f"/admin/events/bookings/{first.pk}/cancel/").status_code == 422


def test_an_email_is_sent_again(organiser: Person) -> None:
    booking = ask(make_date())
    booking.letters.update(state="sent", sent_at=NOW, due_at=None)
    assert organiser.client.post(f"/admin/events/bookings/{booking.pk}/letter/").status_code == 302
    assert list(booking.letters.order_by("number").values_list("kind", "number", "state")) == [
        ("booked", 1, "sent"),
        ("booked", 2, "due"),
    ]
    over = make_booking(make_date(starts_at=NOW - timedelta(days=2)))
    assert organiser.client.post(f"/admin/events/bookings/{over.pk}/letter/").status_code == 422


def table(answer: Any) -> list[list[str]]:
    content = answer.getvalue()
    text = content.decode("utf-8-sig")
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(text)))


def test_the_filtered_list_is_exported_without_formulas(organiser: Person) -> None:
    date = make_date()
    make_booking(date, school="=HYPERLINK(1)", size=12)
    make_booking(date, school="Гимназија", state=BookingState.WAITING)
    answer = organiser.client.post(f"{LIST}export/?state=booked")
    head, row = table(answer)
    assert len(head) == len(row)
    assert row[1:9] == ["2026-10-22 12:00", "Niš", date.place, "'=HYPERLINK(1)", "Primary school", "Niš", "5", "12"]
    assert "no-store" in answer["Cache-Control"]
    assert "attachment" in answer["Content-Disposition"]
    audit_event = AuditEvent.objects.get(action="list.exported")
    assert (audit_event.actor_id, audit_event.data) == (
        organiser.user.pk,
        {"list": "events.booking", "filters": ["state:booked"], "format": "csv", "rows": 1},
    )
    assert organiser.client.get(f"{LIST}export/")["Location"] == LIST
    assert organiser.client.post(f"{LIST}export/?size__contact=1").status_code in {302, 400}


def test_dates_are_exported_with_their_reports(organiser: Person) -> None:
    date = make_date(starts_at=NOW - timedelta(days=3))
    make_booking(date, state=BookingState.ATTENDED)
    make_report(date, children=20, teachers=2, after=[0, 0, 0, 4, 8])
    make_date()
    ahead, closed = table(organiser.client.post("/admin/events/eventdate/export/"))[1:]
    assert closed[13:20] == ["1", "22", "20", "0", "0", "2", "0"]
    assert closed[20:] == ["", "", "", "", "", "0", "0", "0", "4", "8"]
    assert set(ahead[14:]) == {""}
    waits = make_date(starts_at=NOW - timedelta(days=9), place="Чека")
    rows = table(organiser.client.post("/admin/events/eventdate/export/?state=waits"))[1:]
    assert [row[6] for row in rows] == [waits.place]
    for chosen, number in (("ahead", 1), ("closed", 1), ("cancelled", 0)):
        rows = table(organiser.client.post(f"/admin/events/eventdate/export/?state={chosen}"))[1:]
        assert len(rows) == number, chosen
    assert AuditEvent.objects.filter(action="list.exported", data__list="events.eventdate").count() == 5


@pytest.mark.slow
def test_queries_of_lists_of_many_rows(
    organiser: Person, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    event = make_event()
    past = make_date(event, starts_at=NOW - timedelta(days=1))
    for school in ("Гимназија", "ОШ „Свети Сава“", "ОШ „Вук Караџић“"):
        make_booking(past, school=school, size=5)
    for days in range(1, 31):
        date = make_date(make_event(), starts_at=NOW + timedelta(days=days))
        make_booking(date, unreachable_at=NOW)
        make_booking(date, state=BookingState.OFFERED, offered_until=NOW + timedelta(days=1), size=5)
        make_date(event, starts_at=NOW + timedelta(days=days))
    for path in (
        "overview/",
        "calendar/?month=2026-10",
        "booking/",
        "eventdate/",
        "event/",
        f"event/{event.pk}/figures/",
        f"dates/{past.pk}/",
        f"dates/{past.pk}/report/",
    ):
        with django_assert_max_num_queries(30):
            assert organiser.client.get(f"/admin/events/{path}").status_code == 200
