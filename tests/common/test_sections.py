"""The menu of the staff site: drawn once for all who may open the same."""

from collections.abc import Iterator

import pytest
from django.test import override_settings

from clicksafely.common.templatetags import staff_menu
from tests.signing import HASHERS, Person, administrator, make_group, signed_in

pytestmark = pytest.mark.django_db
DESK, CASES, MEMBERS = "/admin/hotline/desk/", "/admin/hotline/report/", "/admin/youthpanel/member/"
QUIET = "/admin/password_change/"


@pytest.fixture(autouse=True)
def _fast_hashes() -> Iterator[None]:
    with override_settings(PASSWORD_HASHERS=HASHERS):
        yield


def shown(person: Person, path: str) -> str:
    response = person.client.get(path)
    assert response.status_code == 200
    html = response.content.decode()
    return html[html.index('<nav class="staff-nav"') : html.index("</nav>", html.index('<nav class="staff-nav"'))]


def test_the_page_that_is_shown_is_marked_and_no_other() -> None:
    ana = signed_in("ana", "analyst")
    for path in (DESK, CASES):
        menu = shown(ana, path)
        assert (menu.count("aria-current"), menu.count(f'<a href="{path}" aria-current="page">')) == (1, 1)
    assert "aria-current" not in shown(ana, QUIET)


def test_it_is_drawn_once_for_a_role_and_a_language() -> None:
    staff_menu._drawn.cache_clear()
    ana, vera = signed_in("ana", "analyst"), signed_in("vera", "analyst")
    for person in (ana, vera, ana):
        shown(person, QUIET)
    assert staff_menu._drawn.cache_info().misses == 1
    serbian = shown(ana, QUIET)
    ana.client.post("/admin/language/", {"language": "en", "next": "/admin/"})
    assert shown(ana, QUIET) != serbian
    assert shown(vera, QUIET) == serbian


def test_a_role_that_edits_nothing_starts_at_the_first_page_of_its_menu() -> None:
    make_group("psychologist", "hotline.view_welfare_statistics")
    person, idle = signed_in("person", "psychologist"), signed_in("idle")
    assert person.client.get("/admin/")["Location"] == "/admin/hotline/welfare/"
    assert f'"{DESK}"' not in shown(person, QUIET)
    assert idle.client.get("/admin/").status_code == 200


def test_an_administrator_has_accounts_in_the_menu_and_starts_there_without_a_role() -> None:
    root, both = administrator("root"), administrator("both", "analyst")
    for person, works in ((root, False), (both, True)):
        menu = shown(person, QUIET)
        assert ('"/admin/accounts/user/"' in menu, f'"{DESK}"' in menu, f'"{MEMBERS}"' in menu) == (True, works, False)
    assert "/admin/accounts/user/add/" in root.client.get("/admin/").content.decode()
    assert both.client.get("/admin/")["Location"] == DESK
    assert '"/admin/accounts/user/"' not in shown(signed_in("ana", "analyst"), QUIET)


def test_whoever_may_open_something_else_sees_that_at_once() -> None:
    ana, mila = signed_in("ana", "analyst"), signed_in("mila", "coordinator")
    assert (f'"{DESK}"' in shown(ana, QUIET), f'"{MEMBERS}"' in shown(ana, QUIET)) == (True, False)
    assert (f'"{DESK}"' in shown(mila, QUIET), f'"{MEMBERS}"' in shown(mila, QUIET)) == (False, True)
    ana.user.groups.set(mila.user.groups.all())
    assert shown(ana, QUIET) == shown(mila, QUIET)
