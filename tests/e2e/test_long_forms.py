"""Long forms of the staff site in a browser: their heights, folded sections and rows, errors, keyboard."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from django.contrib.admin.sites import site as staff
from django.urls import get_resolver
from playwright.sync_api import Page, expect

from awareness.events.models import Event, EventDate, VisitRequest
from awareness.pages.models import ContactPoint
from clicksafely.accounts.models import User
from clicksafely.common.serbian.search_folding import slugify
from clicksafely.common.staff.lists import ReadOnlyAdmin
from clicksafely.common.staff.pages import FormPage
from tests.e2e.page_checks import DISPLAYS, faults, set_display
from tests.factories.events import make_date, make_event, make_visit_request
from tests.factories.papers import make_paper
from tests.factories.staff_pages import views_of
from tests.factories.youthpanel import make_cohort, make_consultation, make_meeting, make_member, make_recommendation
from tests.live_portal import Site
from youthpanel.models import Cohort, Consultation, Meeting, Member

pytestmark = pytest.mark.slow
# Three screens of 900 pixels.
MAX_HEIGHT = 2_700
# Who fills in the forms of an app.
ACCOUNTS = {
    **dict.fromkeys(("topics", "news", "library", "games", "quizzes", "pages", "search"), "editor"),
    "events": "events",
    "youthpanel": "coordinator",
    **dict.fromkeys(("hotline", "alerts", "accounts", "auth"), "supervisor"),
}
ENTER_REPORT = "/admin/hotline/enter/"
# A record of each number in the addresses of the forms beside the admin.
NUMBERS: dict[str, Callable[[], Any]] = {
    "event_id": Event.objects.latest,
    "date_id": EventDate.objects.latest,
    "visit_id": VisitRequest.objects.latest,
    "meeting_id": Meeting.objects.latest,
    "member_id": Member.objects.filter(left_on=None, erased_at=None).latest,
    "consultation_id": Consultation.objects.latest,
}
PER_LIST = 12
MANY = 12


def height_of(page: Page, address: str) -> tuple[int, str]:
    """Return the height of a page, 0 if it is not a form for this account, with its address."""
    page.goto(address)
    is_form = page.locator(f"#content-main form [name=_save], form.staff-form, form[action='{ENTER_REPORT}']").count()
    return int(page.evaluate("document.documentElement.scrollHeight")) if is_form else 0, address


def longest(page: Page, path: str) -> tuple[int, str]:
    """Return the height of the longest form of the first page of a list, with its address. The form to add a record counts."""
    page.goto(f"/admin/{path}/")
    links = [link.get_attribute("href") or "" for link in page.locator("#result_list tbody th a").all()[:PER_LIST]]
    return max(height_of(page, address) for address in (*links, f"/admin/{path}/add/"))


def make_rows(account: str) -> None:
    """The portal has no contacts, no events and no panel."""
    if account == "editor":
        # Not shown on public pages.
        ContactPoint.objects.get_or_create(unit="centre", kind="email", value="office@example.org", active=False)
    if account == "events":
        make_date(make_event())
        make_visit_request()
    if account == "coordinator":
        member = make_member()
        make_meeting(member.cohort)
        make_consultation(member.cohort)
        make_paper()
        make_recommendation()


def lists_of(account: str) -> list[str]:
    """Return the paths of all lists whose records the account adds or edits."""
    return [
        f"{model._meta.app_label}/{model._meta.model_name}"
        for model, admin in staff._registry.items()
        if ACCOUNTS.get(model._meta.app_label) == account
        and (not isinstance(admin, ReadOnlyAdmin) or "has_add_permission" in vars(type(admin)))
    ]


def form_pages(account: str) -> Iterator[str]:
    """Yield the addresses of the forms beside the admin that need no other record than those of NUMBERS."""
    if account == "supervisor":
        yield ENTER_REPORT
    apps = {app for app, who in ACCOUNTS.items() if who == account}
    for route, view in views_of(get_resolver().url_patterns):
        page = getattr(view, "view_class", None)
        names = re.findall(r"<\w+:(\w+)>", route)
        if page and issubclass(page, FormPage) and route.split("/")[1] in apps and NUMBERS.keys() >= {*names}:
            yield "/" + re.sub(r"<\w+:(\w+)>", lambda found: str(NUMBERS[found[1]]("pk").pk), route)


@pytest.fixture
def _administrator(site: Site) -> Iterator[None]:
    """The supervisor manages accounts too."""
    with site.orm():
        User.objects.filter(username="supervisor").update(is_superuser=True)
    yield
    with site.orm():
        User.objects.filter(username="supervisor").update(is_superuser=False)


@pytest.fixture
def _many_cohorts(site: Site) -> Iterator[None]:
    """A panel of many years: the lists of cohorts are as high as they get."""
    with site.orm():
        cohorts = [make_cohort(is_public=False).pk for _number in range(MANY)]
    yield
    with site.orm():
        Cohort.objects.filter(pk__in=cohorts).delete()


@pytest.mark.usefixtures("_administrator", "_many_cohorts")
@pytest.mark.parametrize("account", sorted({*ACCOUNTS.values()}))
def test_no_form_is_longer_than_three_screens(account: str, site: Site, sign_in: Callable[..., Page]) -> None:
    page = sign_in(account, anew=True, both_languages=False)
    with site.orm():
        make_rows(account)
        pages = list(form_pages(account))
    found, list_count = {}, 0
    for height, address in (*map(partial(longest, page), lists_of(account)), *map(partial(height_of, page), pages)):
        list_count += height > 0
        if height > MAX_HEIGHT:
            found[address] = [("height", str(height))]
        page.goto(address)
        for width, dark in DISPLAYS:
            set_display(page, width=width, dark=dark)
            if wrong := faults(page, fingers=False):
                found[f"{address} {width} {dark}"] = wrong
        set_display(page, width=1280, dark=False)
    assert found == {}
    assert list_count > len(lists_of(account)) / 2


def test_errors_are_summed_up_and_reached_by_keyboard(sign_in: Callable[..., Page]) -> None:
    page = sign_in("editor", anew=True, both_languages=False)
    page.goto("/admin/games/game/")
    page.get_by_role("link", name="Група одељења").click()
    page.locator("#scenes-1").evaluate("row => { row.closest('details').open = true; }")
    key = page.locator("[name=scenes-1-key]")
    key.fill("Not A Key")
    page.locator("[name=slug]").evaluate("field => { field.value = 'није адреса'; }")
    page.locator("[name=_save]").first.click()
    summary = page.locator(".form-errors")
    expect(summary).to_be_focused()
    # The sections and rows with an error are open; the others are not.
    expect(page.locator("[name=slug]")).to_be_visible()
    expect(key).to_be_visible()
    expect(page.locator("[name=scenes-0-key]")).to_be_hidden()
    expect(page.locator(".row-mark.is-wrong")).to_have_count(1)
    assert faults(page, fingers=False) == []
    # Folded again by the editor, a link of the summary opens it.
    page.locator("#scenes-1").evaluate("row => { row.closest('details').open = false; }")
    link = summary.get_by_role("link", name="Сцена 2")
    link.focus()
    page.keyboard.press("Enter")
    expect(key).to_be_focused()
    expect(key).to_be_visible()


def test_the_address_follows_the_title_until_it_is_entered_by_hand(sign_in: Callable[..., Page]) -> None:
    page = sign_in("editor")
    page.goto("/admin/news/article/add/")
    page.locator("summary", has_text="Објављивање").click()
    title, slug = page.locator("[name=title_sr]"), page.locator("[name=slug]")
    titles = (
        "Ђаци, њихови џепови и љутња: шта ћеш 2026?",
        "Đaci, njihovi džepovi i ljutnja: šta ćeš",
        "  „Наводници“ — и  размаци ",
        "Реч по реч " * 12,
        "необично" * 20,
        "Łódź, søster, ﬁnale",
    )
    for text in titles:
        title.fill(text)
        expect(slug).to_have_value(slugify(text))
    slug.fill("moja-adresa")
    title.fill("Други наслов")
    expect(slug).to_have_value("moja-adresa")
    # The address of a stored record does not change with its title.
    page.goto("/admin/topics/topic/")
    page.locator("#result_list tbody th a").first.click()
    before = page.locator("[name=slug]").input_value()
    page.locator("[name=title_sr]").fill("Сасвим други наслов")
    expect(page.locator("[name=slug]")).to_have_value(before)
