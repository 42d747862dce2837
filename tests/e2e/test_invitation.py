"""A teacher invites the Centre in a real browser, and a coordinator turns the request into a date."""

from collections.abc import Callable
from datetime import date, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override
from playwright.sync_api import Page, expect

from awareness.events.models import VisitRequest
from tests.e2e.page_checks import faults, set_display
from tests.factories.events import make_event
from tests.live_portal import Site

SCHOOL = "ОШ „Позив из прегледача“"


def test_a_school_invites_and_gets_a_date(site: Site, visit: Callable[..., Page], sign_in: Callable[..., Page]) -> None:
    with site.orm():
        event = make_event(title_en="A visit from the browser", published_at=timezone.now() - timedelta(days=1))
    teacher = visit(javascript=False, cookies=False, width=360)
    teacher.goto("/en/events/")
    teacher.get_by_role("link", name="Invite us to your school").click()
    teacher.locator("[name=school]").fill(SCHOOL)
    teacher.locator("[name=school_kind]").select_option("primary")
    teacher.locator("[name=town]").fill("Zaječar")
    teacher.locator("[name=grade]").select_option("5")
    teacher.locator("[name=pupils]").fill("27")
    teacher.locator("[name=name]").fill("Ана Анић")
    teacher.locator("[name=email]").fill("ana@school.example.org")
    teacher.get_by_role("button", name="Send the request").click()
    # A week is missing: the entries stay.
    expect(teacher.locator("[name=week1]")).to_have_attribute("aria-invalid", "true")
    expect(teacher.locator("[name=school]")).to_have_value(SCHOOL)
    teacher.locator("[name=week1]").select_option(index=4)
    week = teacher.locator("[name=week1]").input_value()
    teacher.get_by_role("button", name="Send the request").click()
    expect(teacher.locator("h1")).to_have_text("We have received your request")
    expect(teacher.locator(".lead")).to_contain_text("No e-mail is sent automatically.")

    page = sign_in("events")
    page.context.add_cookies([{"name": "lang", "value": "en", "url": site.url}])
    page.goto("/admin/")
    page.get_by_role("link", name="Unanswered requests for a visit").first.click()
    page.get_by_role("link", name=SCHOOL).click()
    for width, dark in ((360, True), (1280, False)):
        set_display(page, width=width, dark=dark)
        assert faults(page, fingers=False) == []
    page.get_by_role("button", name="Show contact details").click()
    expect(page.get_by_role("link", name="ana@school.example.org")).to_be_visible()
    page.get_by_role("link", name="Make a date from it").click()
    page.locator("[name=event]").select_option(str(event.pk))
    page.get_by_role("button", name="Continue").click()
    with override("en"):
        day = date_format(date.fromisoformat(week), "j F Y")
    for name, value in (("place", SCHOOL), ("town", "zajecar"), ("capacity", "27"), ("day", day)):
        expect(page.locator(f"[name={name}]")).to_have_value(value)
    page.locator("[name=begins]").fill("10:00")
    page.locator("[name=ends]").fill("11:30")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Made from the request")).to_be_visible()
    with site.orm():
        request = VisitRequest.objects.get(school=SCHOOL)
        assert request.state == "planned"
        assert request.date is not None
        assert request.date.event_id == event.pk
