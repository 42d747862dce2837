"""The menu of the staff site: every list of a role, under the title of its page, with the number that waits."""

import re
from collections import Counter
from datetime import timedelta

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from awareness.topics.models import Topic
from clicksafely.common.permissions import role_permissions_of
from clicksafely.common.staff import menu as staff_menu
from clicksafely.common.staff import waiting
from clicksafely.common.staff.roles import ROLES
from clicksafely.common.staff.waiting import forget_counts
from hotline.models import Host, Notice
from tests.clients.staff import Person, administrator, make_staff, signed_in
from tests.factories.events import make_booking, make_date, make_event, make_visit_request
from tests.factories.notices import make_notice
from tests.factories.youthpanel import give_consent, make_member
from tests.hotline.review.conftest import make_case, make_item

pytestmark = pytest.mark.django_db
DESK, CASES, MEMBERS = "/admin/hotline/desk/", "/admin/hotline/report/", "/admin/youthpanel/member/"
QUIET = "/admin/password_change/"
TOPICS, DUE_DATES = "/admin/topics/topic/", "/admin/youthpanel/due/"


def menu_html(person: Person, path: str) -> str:
    response = person.client.get(path)
    assert response.status_code == 200
    html = response.content.decode()
    begin = html.index('<nav id="staff-menu"')
    return html[begin : html.index("</nav>", begin)]


def test_the_entry_of_the_shown_page_is_marked_and_no_other() -> None:
    ana = signed_in("ana", "analyst")
    host = Host.objects.create(name="primer.example.org")
    for path, entry in (
        (DESK, DESK),
        (f"/admin/hotline/host/{host.pk}/change/", "/admin/hotline/host/"),
        (f"/admin/hotline/case/{make_case(make_item()).pk}/", CASES),
    ):
        menu = menu_html(ana, path)
        assert (menu.count("aria-current"), menu.count(f'<a href="{entry}" aria-current="page">')) == (1, 1)
    assert "aria-current" not in menu_html(ana, QUIET)


def test_every_list_of_a_role_is_in_its_menu() -> None:
    for role in ROLES:
        permissions = role_permissions_of(make_staff(role.code, role.code))
        lists = {
            reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
            for model in admin.site._registry
            if f"{model._meta.app_label}.view_{model._meta.model_name}" in permissions
        }
        groups = staff_menu.permitted_groups(permissions, False, "sr")
        assert lists <= {link.url for _heading, links in groups for link in links}, role.code


def test_it_is_built_once_for_a_role_and_a_language() -> None:
    ana, vera = signed_in("ana", "analyst"), signed_in("vera", "analyst")
    for person in (ana, vera, ana):
        menu_html(person, QUIET)
    assert staff_menu.permitted_groups.cache_info().misses == 1
    serbian = menu_html(ana, QUIET)
    ana.client.post("/admin/language/", {"language": "en", "next": "/admin/"})
    assert menu_html(ana, QUIET) != serbian
    assert menu_html(vera, QUIET) == serbian


def numbers(person: Person) -> dict[str, str]:
    """Return {URL: number} of the entries with a number."""
    found = re.findall(
        r'<a href="([^"]*)"[^>]*>[^<]* <span class="waiting"><span[^>]*>[^<]*</span>(.*?)</span>',
        menu_html(person, QUIET),
    )
    return dict(found)


def on_the_home_page(person: Person) -> dict[str, int]:
    """Return {path: sum of the numbers} of the home page."""
    home = person.client.get("/admin/").context["home"]
    found: Counter[str] = Counter()
    for count in (*home.waiting, *home.due, *home.failed):
        found[count.url.partition("?")[0]] += count.number
    return found


@pytest.mark.usefixtures("menu_counts")
class TestWaiting:
    def test_entry_shows_its_number(self) -> None:
        ana = signed_in("ana", "analyst")
        assert "waiting" not in menu_html(ana, QUIET)
        make_case()
        forget_counts()
        assert re.search(r'hotline/desk/">.*?<span class="waiting">.*?</span>1</span>', menu_html(ana, QUIET))

    def test_it_is_counted_once_in_ten_seconds(self, monkeypatch: pytest.MonkeyPatch) -> None:
        calls: list[object] = []
        waiting.register_waiting("hotline-my-work", lambda user: calls.append(user) or 120)
        ana, vera = signed_in("ana", "analyst"), signed_in("vera", "analyst")
        assert "99+" in menu_html(ana, QUIET)
        menu_html(ana, QUIET)
        assert calls == [ana.user]
        menu_html(vera, QUIET)
        assert calls == [ana.user, vera.user]
        monkeypatch.setattr(waiting, "SECONDS", -1.0)
        menu_html(ana, QUIET)
        assert len(calls) == 3

    def test_the_events_role_has_the_numbers_of_the_home_page(self) -> None:
        mara, now = signed_in("mara", "events"), timezone.now()
        event = make_event(published_at=now)
        # Not in the next seven days, which the home page counts too.
        date = make_date(
            event, starts_at=now + timedelta(days=30), ends_at=now + timedelta(days=30, hours=2), capacity=99
        )
        make_date(event, starts_at=now - timedelta(days=3), ends_at=now - timedelta(days=3, hours=-2))
        for number in range(2):
            make_booking(date, state="waiting", school=f"School {number}")
        make_booking(date, unreachable_at=now)
        make_booking(date, unreachable_at=now, state="cancelled")
        make_visit_request()
        make_visit_request(state="answered")
        lists = {
            f"/admin/events/{name}/": number for name, number in (("eventdate", 1), ("booking", 3), ("visitrequest", 1))
        }
        assert numbers(mara) == {url: str(number) for url, number in lists.items()}
        home = on_the_home_page(mara)
        assert {url: home[url] for url in lists} == lists

    def test_drafts_are_counted_for_editors_only(self) -> None:
        Topic.objects.update(published_at=timezone.now(), checked_on=timezone.localdate())
        Topic.objects.create(slug="nova", title_sr="Нова", checked_on=timezone.localdate())
        for role, number in (("editor", "1"), ("author", None)):
            person = signed_in(role, role)
            assert numbers(person).get(TOPICS) == number
            assert on_the_home_page(person).get(TOPICS) == (number and int(number))

    def test_notices_to_review_and_consents_to_renew_are_counted(self) -> None:
        item = make_item()
        make_notice(item, make_case(item))
        Notice.objects.update(waiting=True)
        analyst, coordinator = signed_in("ana", "analyst"), signed_in("mila", "coordinator")
        assert numbers(analyst)["/admin/hotline/notice/"] == "1"
        assert on_the_home_page(analyst)["/admin/hotline/notice/"] == 1
        assert DUE_DATES not in numbers(coordinator)
        today = timezone.localdate()
        for days in (-1, 6, 20):
            give_consent(make_member(), "membership", expires_on=today + timedelta(days=days))
        forget_counts()
        assert numbers(coordinator)[DUE_DATES] == "2"

    def test_an_entry_costs_no_more_than_one_query(self) -> None:
        person = signed_in("person", "editor", "events")
        menu_html(person, QUIET)
        forget_counts()
        with CaptureQueriesContext(connection) as counting:
            menu_html(person, QUIET)
        with CaptureQueriesContext(connection) as counted:
            menu_html(person, QUIET)
        with translation.override("sr"):
            entries = [link for link in staff_menu.menu_entries(person.user) if link.target in waiting._counters]
        assert len(counting) - len(counted) <= len(entries)


def test_an_administrator_has_accounts_in_the_menu_and_starts_there_without_a_role() -> None:
    root, both = administrator("root"), administrator("both", "analyst")
    for person, works in ((root, False), (both, True)):
        menu = menu_html(person, QUIET)
        assert ('"/admin/accounts/user/"' in menu, f'"{DESK}"' in menu, f'"{MEMBERS}"' in menu) == (True, works, False)
    assert "/admin/accounts/user/add/" in root.client.get("/admin/").content.decode()
    assert 'id="plot-queue-age"' in both.client.get("/admin/").content.decode()
    assert '"/admin/accounts/user/"' not in menu_html(signed_in("ana", "analyst"), QUIET)


def test_changed_permissions_change_the_menu_at_once() -> None:
    ana, mila = signed_in("ana", "analyst"), signed_in("mila", "coordinator")
    assert (f'"{DESK}"' in menu_html(ana, QUIET), f'"{MEMBERS}"' in menu_html(ana, QUIET)) == (True, False)
    assert (f'"{DESK}"' in menu_html(mila, QUIET), f'"{MEMBERS}"' in menu_html(mila, QUIET)) == (False, True)
    ana.user.groups.set(mila.user.groups.all())
    assert menu_html(ana, QUIET) == menu_html(mila, QUIET)
