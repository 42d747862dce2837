"""A coordinator at work in a real browser: from the plan of a season to the closing report, with what is seen on the way."""

import re
from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from awareness.events.models import BookingEmail, EmailKind, Event, EventDate
from tests.e2e.page_checks import faults, set_display, unfold
from tests.factories.events import make_booking
from tests.live_portal import Site

AHEAD = timezone.now() + timedelta(days=40)
BEFORE = timezone.now() - timedelta(days=20)


def fits(page: Page) -> None:
    """On a screen and on a phone, light and dark."""
    for width, dark in ((360, True), (1280, False)):
        set_display(page, width=width, dark=dark)
        assert faults(page, fingers=False) == []


def fill_date(page: Page, day: str, *, place: str) -> None:
    page.locator("[name=day]").fill(day)
    page.locator("[name=begins]").fill("10:00")
    page.locator("[name=ends]").fill("12:00")
    page.locator("[name=town]").select_option("zajecar")
    page.locator("[name=place]").fill(place)
    page.locator("[name=capacity]").fill("60")


def test_a_season_is_planned_moved_printed_and_closed(site: Site, sign_in: Callable[..., Page]) -> None:
    page = sign_in("events")
    page.context.add_cookies([{"name": "lang", "value": "en", "url": site.url}])
    page.goto("/admin/")
    expect(page.locator("#plot-bookings-town")).to_be_visible()
    fits(page)
    page.goto("/admin/events/overview/")
    fits(page)

    page.goto("/admin/events/series/add/")
    page.locator("[name=year]").fill("2031")
    page.locator("[name=season]").select_option("autumn")
    page.locator("[name=title_sr]").fill("Јесен 2031")
    page.locator("[name=title_en]").fill("Autumn 2031")
    page.locator("[name=_save]").first.click()

    page.goto("/admin/events/event/add/")
    unfold(page)
    page.locator("[name=kind]").select_option("workshop")
    page.locator("[name=series]").select_option(label="Autumn 2031")
    page.locator("[name=title_sr]").fill("Радионица из прегледача")
    page.locator("[name=title_en]").fill("A workshop from the browser")
    page.locator("[name=summary_sr]").fill("Два часа разговора.")
    page.locator("[name=summary_en]").fill("Two hours of talk.")
    page.locator("[name=audiences][value=children]").check()
    page.locator("[name=languages][value=sr]").check()
    page.locator("[name=bookable]").check()
    page.locator("[name=_continue]").first.click()
    expect(page.locator(".editor-hints")).to_contain_text("no date is open for booking")
    fits(page)

    # One date ahead, and one that is over, for its report.
    page.get_by_role("link", name="Add a date").click()
    fill_date(page, f"{AHEAD:%Y-%m-%d}", place="Дом културе")
    page.locator("[name=_another]").click()
    expect(page.locator("[name=capacity]")).to_have_value("60")
    fill_date(page, f"{BEFORE:%Y-%m-%d}", place="Гимназија")
    fits(page)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist .warning")).to_contain_text("It cannot be booked")

    with site.orm():
        event = Event.objects.get(title_sr="Радионица из прегледача")
        past, ahead = event.dates.order_by("starts_at")
        coming = make_booking(ahead, school="ОШ „Прва“", booked_at=timezone.now())
        make_booking(past, school="ОШ „Друга“", size=25, booked_at=BEFORE - timedelta(days=9))

    page.goto(f"/admin/events/event/{event.pk}/change/")
    expect(page.locator(".event-dates tbody tr")).to_have_count(2)
    unfold(page)
    page.locator("[name=published_at_0]").fill("2026-01-01")
    page.locator("[name=published_at_1]").fill("10:00")
    page.locator("[name=_save]").first.click()
    expect(page.locator("li.success")).to_be_visible()

    # In the calendar by keyboard alone: from this month to the one of the date, and on to it.
    page.goto("/admin/events/calendar/")
    page.locator("a[rel=next]").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"month="))
    page.goto(f"/admin/events/calendar/?month={AHEAD:%Y-%m}")
    fits(page)
    entry = page.locator(".month .entry a", has_text="A workshop from the browser").first
    entry.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#bookings ~ * th a").first).to_have_text("ОШ „Прва“")
    fits(page)

    page.get_by_role("link", name="ОШ „Прва“").click()
    assert "ana@school.example.org" not in page.content()
    page.get_by_role("button", name="Show contact details").click()
    expect(page.locator("dd", has_text="ana@school.example.org")).to_be_visible()
    fits(page)

    page.goto(f"/admin/events/dates/{ahead.pk}/change/")
    page.locator("[name=begins]").fill("09:30")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("time").first).to_contain_text("09:30")
    with site.orm():
        assert EventDate.objects.get(pk=ahead.pk).sequence == 1
        assert BookingEmail.objects.filter(booking=coming, kind=EmailKind.DATE_MOVED).count() == 1

    page.get_by_role("link", name="Print the list").click()
    expect(page.locator("[data-print]")).to_be_visible()
    expect(page.locator(".signature-table tbody tr").first).to_contain_text("ОШ „Прва“")
    assert "Ана Анић" not in page.content()
    fits(page)
    page.get_by_role("button", name="Show names and telephone numbers").click()
    expect(page.locator(".signature-table tbody tr").first).to_contain_text("Ана Анић")
    page.emulate_media(media="print")
    expect(page.locator("#header")).to_be_hidden()
    expect(page.locator(".signature-table .signature").first).to_be_visible()
    page.emulate_media(media="screen")

    page.goto("/admin/events/overview/")
    page.locator("#to-close ~ ul a", has_text="A workshop from the browser").click()
    page.locator("[name=participants]").fill("30")
    page.locator("[name=children]").fill("24")
    page.locator("[name=teachers]").fill("2")
    page.get_by_role("button", name="Close the date").click()
    expect(page.locator(".errorlist").first).to_contain_text("26, which is 4 fewer than the total")
    fits(page)
    page.locator("[name=children]").fill("28")
    page.locator("[name=after_5]").fill("20")
    page.get_by_role("button", name="Close the date").click()
    expect(page.locator("li.success")).to_be_visible()

    page.goto(f"/admin/events/event/{event.pk}/figures/")
    expect(page.locator(".stat b").first).to_have_text("30")
    expect(page.locator("tfoot td").first).to_have_text("30")
    fits(page)
    page.goto("/admin/events/booking/?q=oš prva")
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    fits(page)
