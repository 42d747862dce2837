"""Contact details are never stored in clear; sealed ones are covered by key rotation and bound to their row."""

import logging
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone
from pytest_django.fixtures import Settings

from awareness.events.bookings.emails import send_due_emails
from awareness.events.bookings.sealed_contact import Contact, unseal_contact
from awareness.events.bookings.signed_links import make_token
from awareness.events.models import Booking
from clicksafely.common.crypto.key_rotation import sealed_fields
from clicksafely.common.crypto.sealing import SealedValueDamaged
from clicksafely.common.logs import PrivateFormatter
from clicksafely.devserver.mock_services.smtp import SmtpSink
from tests.clients.bookings import ask
from tests.factories.events import NOW, make_date
from tests.hotline.intake.journey import Reporter, hidden
from tests.hotline.intake.test_traces import database_text, redis_content

MARKERS = {
    "name": "Маркерка Бројевић",
    "email": "marker-booking-7310@example.org",
    "phone": "018 7310 7310",
    "needs": "МАРКЕР-ПОТРЕБЕ-7310",
}


@pytest.mark.django_db(transaction=True)
def test_nothing_is_left_in_clear(settings: Settings, sink: SmtpSink, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with time_machine.travel(NOW, tick=False):
        date, person = make_date(), Reporter("sr")
        path = f"events/{date.event.slug}/book/"
        good = {"school": "Школа", "school_kind": "other", "town": "Ниш", "pupils": "20", "adults": "1"}
        form = {**good, **MARKERS, "first": str(date.uuid), "draft": hidden(person.get(path), "draft")}
        person.post(path, {**form, "town": "нигде"})
        assert person.post(path, form).status_code == 200
        booking = Booking.objects.get()
        own = {"size": "19", **MARKERS, "first": str(date.uuid), "act": "change"}
        assert person.post(f"bookings/{make_token(booking.uuid)}/", own).status_code == 303
        assert send_due_emails(now=timezone.now(), seconds=300) == 1
    booking.refresh_from_db()
    assert unseal_contact(booking) == Contact(**MARKERS)
    formatter = PrivateFormatter()
    places = {
        "database": database_text().encode(),
        "redis": redis_content(settings.REDIS_URL),
        "logs": "\n".join(formatter.format(record) for record in caplog.records).encode(),
    }
    assert places["database"]
    tokens = {**MARKERS, "link": make_token(booking.uuid)}
    tokens |= {f"{name} as escapes": words.encode("unicode_escape").decode() for name, words in MARKERS.items()}
    found = {
        (name, place) for name, words in tokens.items() for place, data in places.items() if words.encode() in data
    }
    assert found == set()


@pytest.mark.django_db
def test_sealed_column_is_declared_for_key_rotation() -> None:
    booking = ask(make_date())
    (place,) = [place for model, place in sealed_fields("bookings") if model is Booking]
    before, contact = bytes(booking.sealed), unseal_contact(booking)
    place.reseal(booking)
    booking.refresh_from_db()
    assert bytes(booking.sealed) != before
    assert unseal_contact(booking) == contact


@pytest.mark.django_db
def test_one_bookings_contact_opens_in_no_other() -> None:
    booking = ask(make_date())
    booking.uuid = uuid4()
    with pytest.raises(SealedValueDamaged):
        unseal_contact(booking)
