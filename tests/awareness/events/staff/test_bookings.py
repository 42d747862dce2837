"""Staff pages of bookings: search, access to contact details, cancellation, e-mail, export without names."""

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

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


@pytest.mark.parametrize(
    "query", ["state=nonsense", "town=atlantis", "event=x", "event=99999999999999999999", "date=0", "date=-1"]
)
def test_unknown_filter_value_finds_nothing(organiser: Person, query: str) -> None:
    make_booking(make_date())
    answer = organiser.client.get(f"{LIST}?{query}", follow=True)
    assert answer.status_code == 200


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
    for booking, words in ((erased, "have been erased"), (broken, "cannot be decrypted")):
        answer = organiser.client.post(f"/admin/events/bookings/{booking.pk}/open/")
        assert answer.status_code == 422
        assert words in answer.content.decode()
    answer = organiser.client.post(f"/admin/events/dates/{broken.date_id}/list/")
    assert answer.status_code == 422
    assert "cannot be decrypted" in answer.content.decode()


def test_the_list_of_the_day_has_names_on_request_and_is_audited(organiser: Person) -> None:
    date = make_date(capacity=100)
    make_booking(date)
    make_booking(date, school="Гимназија", contact={"name": "Петар Петровић"})
    make_booking(date, school="Не долази", state=BookingState.CANCELLED)
    page = without_names(organiser.client.get(f"/admin/events/dates/{date.pk}/list/").content)
    assert "Не долази" not in page
    assert "2 classes, 50 places" in page
    answer = organiser.client.post(f"/admin/events/dates/{date.pk}/list/")
    assert "Петар Петровић" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert AuditEvent.objects.get(action="date.contacts_opened").data == {"count": 2}


def test_cancelling_offers_the_places_to_the_next_class(organiser: Person) -> None:
    date = make_date()
    first, second = ask(date), ask(date, school="Гимназија")
    assert organiser.client.post(f"/admin/events/bookings/{first.pk}/cancel/").status_code == 302
    assert (state(first), state(second)) == ("cancelled_by_staff", "offered")
    assert email_kinds(first)[-1] == EmailKind.CANCELLED_BY_STAFF
    check_places(NOW)
    again = organiser.client.post(f"/admin/events/bookings/{first.pk}/cancel/")
    assert again.status_code == 422
    assert "has changed in the meantime" in again.content.decode()


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
    offered = organiser.client.get(page).content.decode()
    assert f'"{page}accept/"' in offered
    assert organiser.client.post(f"{page}accept/").status_code == 302
    assert (state(second), email_kinds(second)[-1]) == ("booked", EmailKind.BOOKED)
    check_places(NOW)
    accepted = AuditEvent.objects.get(action="booking.booked", subject_id=second.pk)
    assert accepted.actor_id == organiser.user.pk
    again = organiser.client.post(f"{page}accept/")
    assert again.status_code == 422
    assert "has changed in the meantime" in again.content.decode()


def test_expired_offer_cannot_be_accepted_for_a_school(organiser: Person) -> None:
    date = make_date()
    booking = make_booking(date, state=BookingState.OFFERED, offered_until=NOW - timedelta(hours=1))
    answer = organiser.client.post(f"/admin/events/bookings/{booking.pk}/accept/")
    assert (answer.status_code, state(booking)) == (422, "offered")
    assert "not accepted in time" in answer.content.decode()


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


def test_a_table_is_written_in_the_script_of_the_page(organiser: Person) -> None:
    make_booking(make_date(), school="Гимназија")
    organiser.client.cookies["lang"] = "sr-latn"
    assert table(organiser.client.post(f"{LIST}export/"))[1][4] == "Gimnazija"


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
    assert AuditEvent.objects.filter(action="list.exported", data__list="events.eventdate").count() == 2


@pytest.mark.slow
def test_query_count_is_independent_of_rows(organiser: Person) -> None:
    """The number of queries does not depend on the number of rows."""

    def count(path: str) -> int:
        organiser.client.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert organiser.client.get(path).status_code == 200
        return len(queries)

    event = make_event()
    date = make_date(event)
    past = make_date(event, starts_at=NOW - timedelta(days=1))
    make_booking(date, unreachable_at=NOW)
    make_booking(past)
    paths = (
        "/admin/events/overview/",
        "/admin/events/calendar/?month=2026-10",
        LIST,
        "/admin/events/eventdate/",
        "/admin/events/event/",
        f"/admin/events/event/{event.pk}/figures/",
        f"/admin/events/dates/{past.pk}/",
        f"/admin/events/dates/{past.pk}/report/",
    )
    first = [count(path) for path in paths]
    for days in (-5, -4, 5, 6):
        other = make_date(make_event(), starts_at=NOW + timedelta(days=days))
        make_booking(other, unreachable_at=NOW)
        make_booking(other, state=BookingState.OFFERED, offered_until=NOW + timedelta(days=1), size=5)
        make_date(event, starts_at=NOW + timedelta(days=days))
    make_booking(past, school="Гимназија", size=5)
    assert [count(path) for path in paths] == first
    assert max(first) < 25


MANY = """
    INSERT INTO events_booking (uuid, submission, date_id, state, school, school_kind, town, size, language, sealed, sequence,
                                booked_at, changed_at)
    SELECT gen_random_uuid(), sha256(number::text::bytea), %(date)s, CASE WHEN number %% 500 = 0 THEN 'waiting' ELSE 'booked' END,
           'ОШ ' || CASE WHEN number %% 999 = 0 THEN '„Ђура Јакшић“' ELSE '„Свети Сава“' END || number, 'primary',
           CASE WHEN number %% 700 = 0 THEN 'zajecar' ELSE 'nis' END, 25, 'sr', 'x', 0,
           timestamptz '2026-09-01' + number * interval '1 second', now()
    FROM generate_series(1, 20000) AS number
"""


def plan_of(narrow: Callable[[], Any]) -> str:
    """The query plan of the first page of a list."""
    with CaptureQueriesContext(connection) as queries:
        narrow()
    sql = next(query["sql"] for query in queries if 'ORDER BY "events_booking"."booked_at" DESC' in query["sql"])
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}")
        return "\n".join(line for (line,) in cursor.fetchall())


@pytest.mark.slow
def test_each_list_of_many_bookings_is_read_from_an_index(organiser: Person) -> None:
    dates = [make_date(capacity=100), make_date()]
    with connection.cursor() as cursor:
        cursor.execute(MANY, {"date": dates[0].pk})
        cursor.execute("UPDATE events_booking SET unreachable_at = now() WHERE size = 25 AND id %% 1000 = 0", ())
        cursor.execute("ANALYZE events_booking")
    for query, index in {
        "": "booking_newest",
        "town=zajecar": "booking_newest_of_town",
        "state=waiting": "booking_(newest_of_state|waiting)",
        "unreachable=all": "booking_unreachable",
        "q=jaksic": "booking_school_words",
        f"date={dates[1].pk}": "booking_of_date|events_booking_date_id",
    }.items():
        plan = plan_of(lambda query=query: organiser.client.get(f"{LIST}?{query}"))  # type: ignore[misc]
        assert re.search(index, plan), f"{query}: {plan}"
        assert "Seq Scan on events_booking" not in plan, f"{query}: {plan}"
