"""Access to every URL of the staff side, for every role, by GET and POST, as `tests/staff_access.py` declares it."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from functools import partial

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.utils.html import strip_tags

from tests.clients.page_reader import PageReader
from tests.clients.staff import administrator, make_staff, signed_in
from tests.factories.staff_pages import STAFF, make_paths
from tests.security.headers import wrong_headers
from tests.staff_access import ADMINISTRATION, ALL_ROLES, BEFORE_SIGNING_IN, ROLES, SUPERVISOR, TABLE


@pytest.fixture
def paths(db: None) -> dict[str, str]:
    return make_paths()


@contextmanager
def passing(client: Client) -> Iterator[None]:
    """Undo all changes of the requests in the block, in the database and the browser: a sign-out does not persist."""
    cookies = client.cookies
    client.cookies = deepcopy(cookies)
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    client.cookies = cookies


def answers(client: Client, path: str, read: Callable[[str], None]) -> tuple[object, object]:
    """Return the statuses of GET and POST, and wrong headers; their effects are undone.

    `read` receives the HTML of a GET response.
    """
    found: list[object] = []
    for method in (client.get, client.post):
        with passing(client):
            response = method(path)
            html = response.headers.get("Content-Type", "").startswith("text/html")
            if method == client.get and html and response.status_code == 200:
                read((b"".join(response) if response.streaming else response.content).decode())
        if response.streaming:
            # Its file is closed at the end; closing the response would close the connection of the test.
            list(response)
        status = 401 if is_login_redirect(response) else response.status_code
        wrong = wrong_headers(response, staff=True)
        found.append((status, wrong) if wrong else status)
    return found[0], found[1]


def is_login_redirect(response: HttpResponse) -> bool:
    """Whether it redirects to the login form."""
    return response.status_code == 302 and response["Location"].startswith("/admin/login/")


def surprises(
    client: Client,
    paths: dict[str, str],
    declared: dict[str, tuple[int, int]],
    read: Callable[[str, str], None] = lambda route, html: None,
) -> dict[str, object]:
    """Return the differences: {route: (actual, declared)}. `read` receives the route and the HTML of every page."""
    actual = {route: answers(client, path, partial(read, route)) for route, path in paths.items()}
    return {route: (found, declared[route]) for route, found in actual.items() if found != declared[route]}


def test_every_address_is_declared() -> None:
    assert sorted(STAFF) == sorted(TABLE)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_its_declared_pages_without_errors(role: str, paths: dict[str, str]) -> None:
    """Both in one test, because it renders every page."""
    client = signed_in("person", role).client
    declared = {route: allowed if role in who else others for route, (who, allowed, others) in TABLE.items()}
    found: dict[str, list[str]] = {}
    differences = surprises(client, paths, declared, read=lambda route, html: found.update({route: faults(html)}))
    assert differences == {}
    assert len(found) > 5
    assert {route: page_faults for route, page_faults in found.items() if page_faults} == {}


def faults(html: str) -> list[str]:
    """Return accessibility errors known to occur in Django's own forms and lists."""
    reader = PageReader(html)
    ids = reader.ids()
    hidden = {each.get("id") for each in reader.all("input", type="hidden")} - {None}
    labelled = {each.get("for") for each in reader.all("label")}
    links = {each.get("href", "") for each in reader.all("a")}
    return [
        *(f"twice: {name}" for name in set(ids) if ids.count(name) > 1),
        *(f"label of a hidden field: {name}" for name in hidden & labelled),
        *(f"leads nowhere: {link}" for link in links if link.startswith("#") and link[1:] not in {*ids, "", "top"}),
        *(f"nothing to choose: {option}" for option in re.findall(r"<option(?![^>]* label=)[^>]*>\s*</option>", html)),
        *(f"in no language: {each}" for each in re.findall(r'alt="(?:True|False|None)"', html)),
        *(f"two names: {heading}, {title}" for heading, title in names(html)),
    ]


def names(html: str) -> list[tuple[str, str]]:
    """Return the heading and the title of the window of a page of the staff site if they name different things."""
    heading, title = (
        " ".join(strip_tags(found[1]).split())
        if (found := re.search(rf"<{tag}\b[^>]*>(.*?)</{tag}>", html, re.S))
        else ""
        for tag in ("h1", "title")
    )
    # The site is the last part; a record can be before its kind.
    title = title.rpartition(" · ")[0]
    is_same = heading in title or title.rpartition(" · ")[2] in heading
    return [] if is_same or '<nav id="staff-menu"' not in html else [(heading, title)]


def test_a_member_of_staff_without_any_role_gets_in_nowhere(paths: dict[str, str]) -> None:
    client = signed_in("person").client
    declared = {route: allowed if who == ALL_ROLES else others for route, (who, allowed, others) in TABLE.items()}
    assert surprises(client, paths, declared) == {}


def test_a_superuser_without_a_role_gets_in_at_accounts_alone(paths: dict[str, str]) -> None:
    client = administrator("root").client
    declared = {
        route: ADMINISTRATION.get(route) or (allowed if who == ALL_ROLES else others)
        for route, (who, allowed, others) in TABLE.items()
    }
    assert surprises(client, paths, declared) == {}


@pytest.mark.parametrize("who", ["anonymous", "analyst without second factor", "supervisor without second factor"])
def test_staff_pages_require_both_factors(who: str, paths: dict[str, str]) -> None:
    client = Client()
    if who != "anonymous":
        client.force_login(make_staff("person", who.split()[0]), backend="clicksafely.common.permissions.StaffBackend")
    declared = {route: BEFORE_SIGNING_IN.get(route, (401, 401)) for route in TABLE}
    assert surprises(client, paths, declared) == {}


def test_no_form_without_its_token_does_anything(paths: dict[str, str]) -> None:
    person = signed_in("person", SUPERVISOR)
    client = Client(enforce_csrf_checks=True)
    client.cookies = person.client.cookies
    assert client.get("/admin/hotline/desk/").status_code == 200
    assert {path: client.post(path).status_code for path in paths.values()} == dict.fromkeys(paths.values(), 403)
