"""GA: coordinators' pages with 1,000, 10,000 and 100,000 school bookings and panel attendances."""

import hashlib
import secrets
import time
from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from awareness.events.enums import BookingState, EventKind, ParticipantGroup, SchoolKind, SpokenLanguage
from awareness.events.models import Booking, Event, EventDate
from bench.environment import BenchEnvironment
from bench.figures import Figure
from bench.growth import LISTS, Costs, cost_of, growth, lists, staff_client
from bench.load import say
from bench.rows import settle
from clicksafely.common.crypto import sealing
from clicksafely.common.staff.roles import EVENTS
from youthpanel.models import Attendance, Cohort, Meeting, Member, School

SIZES = (1_000, 10_000, 100_000)
# Classes per date and pupils per class; cohorts and members per cohort, which meet in turn. The smallest size already
# fills every page.
CLASSES, PUPILS = 20, 10
COHORTS, MEMBERS = 5, 20
TOWNS = ("beograd", "nis", "novi-sad", "kragujevac")
# The interval between dates; the last date is a month ahead. The smallest size fills two months, the largest seventeen
# years.
APART, AHEAD = timedelta(hours=30), timedelta(days=31)


def measure(environment: BenchEnvironment) -> list[Figure]:
    """Add dates with bookings and meetings with attendances, and measure the same pages at each size."""
    client = staff_client(EVENTS)
    booking = _make_booking()
    cohorts = [_make_members(number) for number in range(COHORTS)]
    meeting = _make_meeting(cohorts[0][0].cohort)
    costs: dict[int, Costs] = {}
    before = 0
    for size in SIZES:
        began = time.monotonic()
        _add_bookings(booking, before, size)
        _add_attendances(meeting, cohorts, before, size)
        settle()
        say(f"  {size:,} bookings and attendances made in {time.monotonic() - began:.0f} s")
        costs[size] = cost_of(client, _pages())
        before = size
    return [*lists(costs[SIZES[-1]]), *growth(costs)]


def _make_booking() -> Booking:
    """The booking, with its date and event, of which the others are copies."""
    now = timezone.now()
    event = Event.objects.create(
        slug="bench",
        kind=EventKind.WORKSHOP,
        title_sr="Радионица",
        title_en="Workshop",
        summary_sr="Мерење.",
        summary_en="A measurement.",
        audiences=[ParticipantGroup.CHILDREN],
        languages=[SpokenLanguage.SERBIAN],
        bookable=True,
        published_at=now - timedelta(days=30),
    )
    date = EventDate.objects.create(
        event=event,
        starts_at=now + AHEAD,
        ends_at=now + AHEAD + timedelta(hours=2),
        town=TOWNS[0],
        place="Библиотека",
        address="Улица 1",
        capacity=CLASSES * PUPILS,
        taken=PUPILS,
    )
    row = uuid4()
    booking = Booking.objects.create(
        uuid=row,
        date=date,
        submission=secrets.token_bytes(32),
        state=BookingState.BOOKED,
        school="ОШ „Свети Сава“",
        school_kind=SchoolKind.PRIMARY,
        town=TOWNS[0],
        grade=5,
        size=PUPILS,
        language="sr",
        booked_at=now,
        sealed=sealing.seal(b"{}", ring="bookings", table="events_booking", field="sealed", row=row),
    )
    booking.wishes.create(date=date, rank=1)
    return booking


def _make_members(number: int) -> list[Member]:
    """A cohort of `MEMBERS` members."""
    begins_on = timezone.localdate() - timedelta(days=365)
    cohort = Cohort.objects.create(
        slug=f"bench-{number}", name_sr="Генерација", name_en="Cohort", begins_on=begins_on, target=MEMBERS
    )
    members = []
    for place in range(MEMBERS):
        row = uuid4()
        members.append(
            Member.objects.create(
                uuid=row,
                cohort=cohort,
                school=School.objects.create(name=f"ОШ {number}-{place}", kind="primary", town=TOWNS[place % 4]),
                pseudonym=f"Јеж {number}-{place}",
                birth_year=begins_on.year - 12,
                birth_month=5,
                joined_on=begins_on,
                identity=secrets.token_bytes(32),
                sealed=sealing.seal(b"{}", ring="panel", table="youthpanel_member", field="sealed", row=row),
            )
        )
    return members


def _make_meeting(cohort: Cohort) -> Meeting:
    """The meeting of which the others are copies."""
    begins = timezone.now() - timedelta(days=7)
    meeting = Meeting.objects.create(
        title_sr="Састанак",
        title_en="Meeting",
        starts_at=begins,
        ends_at=begins + timedelta(hours=3),
        town=TOWNS[1],
        place="Центар",
    )
    meeting.cohorts.set([cohort])
    return meeting


def _pages() -> dict[str, str]:
    date, meeting = EventDate.objects.latest("pk"), Meeting.objects.latest("pk")
    return {
        f"{LISTS}bookings": "/admin/events/booking/",
        f"{LISTS}dates of events": "/admin/events/eventdate/",
        f"{LISTS}members of the panel": "/admin/youthpanel/member/",
        f"{LISTS}all lists, searched by a pseudonym": "/admin/find/?q=sova",
        f"{LISTS}meetings of the panel": "/admin/youthpanel/meeting/",
        "overview of events": "/admin/events/overview/",
        "month of events": "/admin/events/calendar/",
        "a date with its bookings": f"/admin/events/dates/{date.pk}/",
        "a meeting with its attendances": f"/admin/youthpanel/meetings/{meeting.pk}/",
        "public page of events": "/sr/events/?measured=1",
        "public page of the panel": "/sr/youth-panel/?measured=1",
    }


def _add_bookings(like: Booking, before: int, size: int) -> None:
    """Add bookings from `before` to `size`, on fully booked dates in the past."""
    now = timezone.now()
    dates = [_date_like(like.date, number) for number in range(before // CLASSES, size // CLASSES)]
    EventDate.objects.bulk_create(dates, batch_size=2000)
    bookings = [
        Booking(
            **_columns(like)
            | {
                "uuid": uuid4(),
                "submission": hashlib.sha256(uuid4().bytes).digest(),
                "date_id": date.pk,
                "town": date.town,
                "booked_at": now - timedelta(minutes=before + number * CLASSES + place),
            }
        )
        for number, date in enumerate(dates)
        for place in range(CLASSES)
    ]
    Booking.objects.bulk_create(bookings, batch_size=2000)


def _date_like(like: EventDate, number: int) -> EventDate:
    begins = timezone.now() + AHEAD - APART * number
    columns = _columns(like) | {"uuid": uuid4(), "town": TOWNS[number % 4], "taken": CLASSES * PUPILS}
    return EventDate(**columns | {"starts_at": begins, "ends_at": begins + timedelta(hours=2)})


def _add_attendances(like: Meeting, cohorts: list[list[Member]], before: int, size: int) -> None:
    """Add attendances from `before` to `size`, of successive meetings with one whole cohort each."""
    meetings = [_meeting_like(like, number) for number in range(before // MEMBERS, size // MEMBERS)]
    Meeting.objects.bulk_create(meetings)
    invitations = [(meeting, cohorts[number % COHORTS]) for number, meeting in enumerate(meetings)]
    invited = Meeting.cohorts.through
    invited.objects.bulk_create(invited(meeting=meeting, cohort=members[0].cohort) for meeting, members in invitations)
    rows = [
        Attendance(meeting=meeting, member=each, attended=each.pk % 5 > 0)
        for meeting, members in invitations
        for each in members
    ]
    Attendance.objects.bulk_create(rows, batch_size=5000)


def _meeting_like(like: Meeting, number: int) -> Meeting:
    begins = timezone.now() - timedelta(days=1 + number)
    columns = _columns(like) | {"uuid": uuid4(), "town": TOWNS[number % 4]}
    return Meeting(**columns | {"starts_at": begins, "ends_at": begins + timedelta(hours=3)})


def _columns(row: Booking | EventDate | Meeting) -> dict[str, object]:
    """The columns of a row without its primary key."""
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key}
