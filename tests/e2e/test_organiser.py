"""An events organiser, from the home page by the menu and links: an event with dates, bookings, a cancellation, the list, the report."""

import secrets
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from awareness.events.models import BookingEmail, EmailKind, Event
from tests.clients.bookings import ask, state
from tests.e2e.staff_steps import Colleague
from tests.factories.events import make_booking
from tests.live_portal import Site

pytestmark = pytest.mark.slow
AHEAD = timezone.now() + timedelta(days=40)
LATER = AHEAD + timedelta(days=7)
BEFORE = timezone.now() - timedelta(days=3)


def add_date(mila: Colleague, day: str, place: str, *, places: str = "30") -> None:
    """Fill in the form of a date and save it."""
    page = mila.page
    page.locator("[name=day]").fill(day)
    page.locator("[name=begins]").fill("10:00")
    page.locator("[name=ends]").fill("12:00")
    mila.choose(page.locator("[name=town]"), value="zajecar")
    page.locator("[name=place]").fill(place)
    page.locator("[name=capacity]").fill(places)


def test_from_an_event_to_its_report(site: Site, colleague: Callable[..., Colleague]) -> None:
    mark = secrets.token_hex(4)
    title = f"Радионица {mark}"
    mila = colleague("events")
    page = mila.page

    # The event, with three dates: two ahead and one that is over.
    mila.menu("Events overview")
    mila.link("Add an event")
    page.locator("[name=title_sr]").fill(title)
    page.locator("[name=title_en]").fill(f"Workshop {mark}")
    page.locator("[name=summary_sr]").fill("Два часа разговора.")
    page.locator("[name=summary_en]").fill("Two hours of talk.")
    mila.choose(page.locator("[name=kind]"), value="workshop")
    mila.unfold("Information before the visit")
    mila.tick(page.locator("[name=audiences][value=children]"))
    mila.tick(page.locator("[name=languages][value=sr]"))
    mila.unfold("Bookings by schools")
    mila.tick(page.locator("[name=bookable]"))
    mila.press("Save and continue editing")
    mila.succeeded()
    mila.link("Add a date")
    add_date(mila, f"{AHEAD:%Y-%m-%d}", "Дом културе")
    mila.press("Save and add another date")
    add_date(mila, f"{LATER:%Y-%m-%d}", "Библиотека")
    mila.press("Save and add another date")
    add_date(mila, f"{BEFORE:%Y-%m-%d}", "Гимназија")
    mila.press("Save")
    expect(page.locator(".messagelist .warning")).to_contain_text("It cannot be booked")
    mila.link(f"Workshop {mark}", within=".breadcrumbs")
    expect(page.locator(".event-dates tbody tr")).to_have_count(3)
    mila.press("Publish")
    mila.succeeded()

    # Schools book: one place is left for none.
    with site.orm():
        past, ahead, later = Event.objects.get(title_sr=title).dates.order_by("starts_at")
        ask(ahead, school=f"Прва школа {mark}", now=timezone.now())
        waiting = ask(ahead, school=f"Друга школа {mark}", now=timezone.now())
        cancelled = ask(later, school=f"Трећа школа {mark}", now=timezone.now())
        make_booking(past, school=f"Четврта школа {mark}", size=25, booked_at=BEFORE - timedelta(days=9))

    # A school on the waiting list gets places, and says by telephone that it comes.
    mila.menu("Bookings")
    page.locator("#searchbar").fill(f"друга {mark}")
    mila.press("Show")
    mila.link(f"Друга школа {mark}")
    expect(page.locator(".pills")).to_contain_text("on the waiting list")
    mila.link("Change the number of places")
    page.locator("[name=capacity]").fill("60")
    mila.press("Save")
    mila.succeeded()
    mila.link(f"Друга школа {mark}")
    expect(page.locator(".pills")).to_contain_text("places offered")
    mila.press("Accept the places for the school")
    mila.succeeded()
    expect(page.locator(".pills")).to_contain_text("booked")
    assert "ana@school.example.org" not in page.content()
    mila.press("Show contact details")
    expect(page.locator("dd", has_text="ana@school.example.org")).to_be_visible()
    with site.orm():
        assert state(waiting) == "booked"

    # The list of the day.
    mila.link(f"Workshop {mark}")
    mila.link("Print the list")
    expect(page.locator("[data-print]")).to_be_visible()
    expect(page.locator(".signature-table")).to_contain_text(f"Друга школа {mark}")
    assert "Ана Анић" not in page.content()

    # A date is cancelled, with a message to its schools.
    mila.link(f"Workshop {mark}", within=".breadcrumbs")
    mila.go(page.locator(".event-dates tbody tr").last.get_by_role("link"))
    mila.link("Cancel", exact=True)
    expect(page.locator("#what-happens ~ ul")).to_contain_text("1 booking is cancelled.")
    page.locator("[name=reason_sr]").fill("Болест предавача")
    mila.press("Cancel the date")
    # A reason in both languages: the one that was typed is still there.
    expect(page.locator("[name=reason_sr]")).to_have_value("Болест предавача")
    page.locator("[name=reason_en]").fill("The lecturer is ill")
    mila.press("Cancel the date")
    mila.succeeded()
    with site.orm():
        assert state(cancelled) == "cancelled_by_staff"
        assert BookingEmail.objects.filter(booking=cancelled, kind=EmailKind.CANCELLED_BY_STAFF).count() == 1

    # The past date: who came, then the report.
    mila.menu("Events overview")
    mila.menu("Dates")
    mila.go(page.locator("#result_list tbody tr", has_text=f"Workshop {mark}").last.locator("a").first)
    mila.tick(page.locator("[name=attended]"))
    mila.press("Save attendance")
    mila.succeeded()
    mila.link("Close with a report")
    page.locator("[name=participants]").fill("27")
    page.locator("[name=children]").fill("25")
    page.locator(".school-row input[type=number]").first.fill("25")
    mila.press("Close the date")
    expect(page.locator(".errorlist").first).to_contain_text("2 fewer than the total")
    page.locator("[name=teachers]").fill("2")
    mila.press("Close the date")
    mila.succeeded()
    mila.link(f"Workshop {mark}", within=".breadcrumbs")
    mila.link("Figures")
    expect(page.locator(".stat b").first).to_have_text("27")
