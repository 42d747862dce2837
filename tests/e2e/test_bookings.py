"""Teachers book without an account, read their mail, change and cancel by the link; the next on the waiting list gets the place."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from awareness.events.bookings.emails import send_due_emails
from awareness.events.models import EventDate
from clicksafely.devserver.mock_services.smtp import Letter, SmtpSink
from tests.e2e.page_checks import faults
from tests.factories.events import make_date, make_event
from tests.live_portal import Site

FIELDS = {
    "school": "ОШ „Свети Сава“",
    "town": "Niš",
    "pupils": "24",
    "adults": "1",
    "name": "Ана Анић",
    "phone": "018 555 333",
}


@pytest.fixture
def date(site: Site) -> EventDate:
    """A date in three weeks, with room for one class and a bit."""
    with site.orm():
        event = make_event(published_at=timezone.now() - timedelta(days=1))
        return make_date(event, capacity=30, starts_at=timezone.now() + timedelta(days=21))


@pytest.fixture
def post(site: Site, settings: Settings) -> Iterator[Callable[[str], Letter]]:
    """Have the letters sent, and return the last one to an address."""
    settings.SITE_URL = site.url
    settings.EVENTS_MAIL_ADDRESS = site.env["EVENTS_MAIL_ADDRESS"]
    with SmtpSink() as sink:
        settings.MAIL_SMTP_URL = sink.url

        def read(address: str) -> Letter:
            with site.orm():
                send_due_emails(now=timezone.now(), seconds=300)
            return [letter for letter in sink.letters if letter.recipients == [address]][-1]

        yield read


def fill(page: Page, date: EventDate, email: str) -> None:
    page.goto(f"/en/events/{date.event.slug}/book/")
    for name, value in {**FIELDS, "email": email}.items():
        page.locator(f"[name={name}]").fill(value)
    page.locator("[name=school_kind]").select_option("primary")
    page.locator("[name=grade]").select_option("5")


def body(letter: Letter) -> str:
    part = letter.message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def link_in(letter: Letter) -> str:
    found = re.search(r"https?://\S+/bookings/\S+/", body(letter))
    assert found
    return found[0]


def test_from_the_form_to_the_next_on_the_waiting_list(
    visit: Callable[..., Page], date: EventDate, post: Callable[[str], Letter]
) -> None:
    first, second = visit(width=360), visit(javascript=False, cookies=False, width=360)
    fill(first, date, "first@school.example.org")
    assert faults(first) == []
    first.locator("[name=pupils]").fill("0")
    first.get_by_role("button", name="Book", exact=True).click()
    expect(first.locator("#errors")).to_be_focused()
    assert faults(first) == []
    first.locator("[name=pupils]").fill("24")
    # By keyboard: from the last field on to the button.
    first.locator("[name=needs]").focus()
    first.keyboard.press("Tab")
    first.keyboard.press("Enter")
    expect(first.get_by_role("heading", level=1)).to_have_text("Booked. See you soon!")
    expect(first.get_by_text("f…@school.example.org")).to_be_visible()
    assert faults(first) == []

    fill(second, date, "second@school.example.org")
    second.get_by_role("button", name="Book", exact=True).click()
    expect(second.locator("#errors")).to_contain_text("places, and")
    second.get_by_label("Put my class on the waiting list").check()
    second.get_by_role("button", name="Book", exact=True).click()
    expect(second.get_by_role("heading", level=1)).to_have_text("On the waiting list")
    assert second.context.cookies() == []

    confirmation = post("first@school.example.org")
    assert "the places for your class are booked" in body(confirmation)
    first.goto(link_in(confirmation))
    assert "Ана" not in first.content()
    assert "first@" not in first.content()
    assert faults(first) == []
    first.get_by_role("link", name="Change", exact=True).click()
    assert faults(first) == []
    first.locator("[name=size]").fill("20")
    first.get_by_role("button", name="Save the change").click()
    expect(first.get_by_text("20, adults included")).to_be_visible()
    first.get_by_role("link", name="Cancel the booking").click()
    assert faults(first) == []
    first.get_by_role("button", name="Yes, cancel").press("Enter")
    expect(first.get_by_role("heading", level=1)).to_have_text("Cancelled")

    offer = post("second@school.example.org")
    assert "places for your class have become free" in body(offer)
    assert "you have cancelled your booking" in body(post("first@school.example.org"))
    second.goto(link_in(offer))
    second.get_by_role("button", name="Accept the places").click()
    expect(second.get_by_role("heading", level=1)).to_have_text("Booked")
    with second.expect_download() as download:
        second.get_by_role("link", name="Add to my calendar").click()
    assert download.value.suggested_filename == "click-safely.ics"
    assert "the places for your class are booked" in body(post("second@school.example.org"))


@pytest.mark.parametrize(
    ("language", "width", "dark"), [("sr", 360, True), ("sr-latn", 1280, False), ("en", 1280, True)]
)
def test_the_pages_are_accessible_and_fit(
    visit: Callable[..., Page], date: EventDate, language: str, width: int, dark: bool
) -> None:
    page = visit(width=width, dark=dark)
    page.goto(f"/{language}/events/{date.event.slug}/book/")
    assert faults(page) == []
    page.locator(".booking-form button[type=submit]").click()
    assert faults(page) == []
    page.goto(f"/{language}/bookings/nonsense/")
    assert faults(page) == []
