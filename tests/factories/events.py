"""Events with dates, bookings, closing reports and requests for a visit: `make_date(capacity=30)`, `make_booking(date, size=20)`."""

import json
import secrets
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from awareness.events.enums import (
    STATES_HOLDING_PLACES,
    BookingState,
    EventKind,
    ParticipantGroup,
    SchoolKind,
    Season,
    SpokenLanguage,
)
from awareness.events.models import Booking, ClosingReport, Event, EventDate, Series, VisitRequest
from clicksafely.common.crypto import sealing

NOW = datetime(2026, 10, 1, 10, tzinfo=UTC)
CONTACT = {"name": "Ана Анић", "email": "ana@school.example.org", "phone": "+38118555333", "needs": ""}


def make_series(**fields: Any) -> Series:
    """A series in autumn 2026 by default."""
    defaults: dict[str, Any] = {
        "year": 2026,
        "season": Season.AUTUMN,
        "title_sr": "Јесен 2026",
        "title_en": "Autumn 2026",
    }
    return Series.objects.create(**{**defaults, **fields})


def make_event(**fields: Any) -> Event:
    """A published workshop that schools can book."""
    defaults: dict[str, Any] = {
        "slug": f"radionica-{secrets.token_hex(4)}",
        "kind": EventKind.WORKSHOP,
        "title_sr": "Радионица о безбедном интернету",
        "title_en": "A workshop on the safe internet",
        "summary_sr": "Два часа разговора и вежби за једно одељење.",
        "summary_en": "Two hours of talk and practice for one class.",
        "audiences": [ParticipantGroup.CHILDREN],
        "languages": [SpokenLanguage.SERBIAN],
        "bookable": True,
        "published_at": NOW - timedelta(days=30),
    }
    return Event.objects.create(**{**defaults, **fields})


def make_date(event: Event | None = None, **fields: Any) -> EventDate:
    """A date three weeks after `NOW`, two hours long, in Niš, with 30 places."""
    starts_at = fields.pop("starts_at", NOW + timedelta(days=21))
    defaults: dict[str, Any] = {
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=2),
        "town": "nis",
        "place": "Народна библиотека „Стеван Сремац“",
        "address": "Боривоја Гојковића 9",
        "capacity": 30,
    }
    return EventDate.objects.create(event=event or make_event(), **{**defaults, **fields})


def make_booking(date: EventDate, *, contact: dict[str, str] | None = None, **fields: Any) -> Booking:
    """A booking of `size` places (25) with a sealed contact. States that hold places reduce the free places of the date."""
    row = fields.pop("uuid", uuid4())
    plain = json.dumps({**CONTACT, **(contact or {})}, ensure_ascii=False).encode()
    defaults: dict[str, Any] = {
        "submission": secrets.token_bytes(32),
        "state": BookingState.BOOKED,
        "school": "ОШ „Свети Сава“",
        "school_kind": SchoolKind.PRIMARY,
        "town": "nis",
        "grade": 5,
        "size": 25,
        "language": "sr",
        "booked_at": NOW,
        "sealed": sealing.seal(plain, ring="bookings", table="events_booking", field="sealed", row=row),
    }
    booking = Booking.objects.create(uuid=row, date=date, **{**defaults, **fields})
    if booking.state in STATES_HOLDING_PLACES:
        date.taken += booking.size
        date.save(update_fields=["taken"])
    booking.wishes.create(date=date, rank=1)
    return booking


def make_report(date: EventDate, **fields: Any) -> ClosingReport:
    """A closing report; `participants` is the sum of the given groups (children: 20)."""
    groups = {group.value: fields.pop(group.value, 0) for group in ParticipantGroup}
    if not any(groups.values()):
        groups["children"] = 20
    defaults: dict[str, Any] = {"participants": sum(groups.values()), "closed_at": date.ends_at}
    return ClosingReport.objects.create(date=date, **{**groups, **defaults, **fields})


def make_visit_request(*, contact: dict[str, str] | None = None, **fields: Any) -> VisitRequest:
    """A new request for a visit in the week of 2 November 2026, with a sealed contact."""
    row = fields.pop("uuid", uuid4())
    plain = json.dumps({**CONTACT, **(contact or {})}, ensure_ascii=False).encode()
    weeks = fields.pop("weeks", [date(2026, 11, 2)])
    defaults: dict[str, Any] = {
        "school": "ОШ „Вук Караџић“",
        "school_kind": SchoolKind.PRIMARY,
        "town": "nis",
        "grade": 5,
        "pupils": 24,
        "weeks": weeks,
        "last_week": weeks[-1],
        "language": "sr",
        "requested_at": NOW,
        "sealed": sealing.seal(plain, ring="bookings", table="events_visitrequest", field="sealed", row=row),
    }
    return VisitRequest.objects.create(uuid=row, **{**defaults, **fields})
