"""Lists of the staff side: bounded, in their own order, and in evidence's own script."""

import re
from collections.abc import Iterator
from itertools import product

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import RequestFactory, override_settings
from django.utils import timezone, translation
from django.utils.safestring import SafeString
from pytest_django import DjangoAssertNumQueries

from awareness.editorial.models import Article
from awareness.events.models import Booking
from clicksafely.common import audit, cells, lists
from clicksafely.common.models import AuditEvent
from hotline.models import Host, Report
from tests.hotline.review.conftest import make_case, make_item
from tests.signing import HASHERS, Person, make_group_of_all, make_staff, signed_in
from tests.test_walk import make_paths
from youthpanel.models import Member

pytestmark = pytest.mark.django_db
LIST_QUERIES = 6


@pytest.fixture(autouse=True)
def _fast_hashes() -> Iterator[None]:
    with override_settings(PASSWORD_HASHERS=HASHERS):
        yield


@pytest.fixture
def vera() -> Person:
    return signed_in("vera", "supervisor")


def text(person: Person, path: str) -> str:
    response = person.client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def link(case: Report) -> str:
    return f'href="/admin/hotline/report/{case.pk}/change/'


def test_a_list_counts_no_further_than_anybody_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "MOST_ROWS", 3)
    for number in range(5):
        User.objects.create(username=str(number))
    assert lists.CappedPaginator(User.objects.order_by("pk"), 2).count == 3


def test_a_list_keeps_its_order(vera: Person) -> None:
    low, high = make_case(priority=1), make_case(priority=90)
    html = text(vera, "/admin/hotline/report/?o=5")
    assert html.index(link(high)) < html.index(link(low))
    assert 'class="sortable' not in html


@pytest.mark.parametrize("rows", [1, 12])
@pytest.mark.parametrize("model", ["hotline/report", "hotline/contentitem", "common/auditevent"])
def test_the_number_of_queries_of_a_list(
    model: str, rows: int, vera: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        case = make_case()
        if number % 2:
            vera.client.post(f"/admin/hotline/case/{case.pk}/claim/")
    with django_assert_num_queries(LIST_QUERIES):
        text(vera, f"/admin/{model}/")


@pytest.mark.parametrize("language", ["en", "sr"])
def test_rows_are_what_django_makes_of_them(language: str, vera: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        make_case(priority=number, category="csam")
    vera.client.post("/admin/language/", {"language": language, "next": "/admin/"})
    address = "/admin/hotline/report/?queue__exact=review&category__exact=csam"
    html = text(vera, address)
    assert html.count("/change/?_changelist_filters=queue__exact%3Dreview%26category__exact%3Dcsam") == 3
    monkeypatch.setattr(cells, "_row", lambda cl, result: SafeString("".join(cells.cells_of_django(cl, result, None))))
    monkeypatch.delattr(lists.QuickRows, "__init__")
    monkeypatch.delattr(lists.QuickRows, "url_for_result")
    monkeypatch.delattr(lists.HeadedPages, "action_checkbox")
    # But for what each page has of its own.
    ours, theirs = (
        re.sub(r'nonce="[^"]+"|name="csrfmiddlewaretoken" value="\w+"', "", page)
        for page in (html, text(vera, address))
    )
    assert ours == theirs


def test_the_cells_of_every_list_are_what_django_makes_of_them(rf: RequestFactory) -> None:
    make_paths()
    make_case(claimed_by=User.objects.first(), claimed_until=timezone.now())
    make_group_of_all("everything")
    user = make_staff("everything", "everything")
    compared = set()
    for language, (model, registered) in product(("sr", "en"), admin.site._registry.items()):
        request = rf.get("/admin/")
        request.user = user
        with translation.override(language):
            shown = registered.get_changelist_instance(request)
            if not isinstance(shown, cells.ListedColumns):
                continue
            for row in shown.result_list:
                assert cells._row(shown, row) == "".join(cells.cells_of_django(shown, row, None))
                compared.add(model)
    assert {Report, Article, Booking, Member, Host, AuditEvent} <= compared


def test_reports_are_found_by_number_alone(vera: Person) -> None:
    case, other = make_case(), make_case()
    for typed in (case.reference, str(case.pk), f" {case.reference.lower()} "):
        html = text(vera, f"/admin/hotline/report/?q={typed}")
        assert (link(case) in html, link(other) in html) == (True, False)
    assert link(case) not in text(vera, "/admin/hotline/report/?q=csam")
    assert text(vera, "/admin/hotline/report/?q=9999999999999999999999")


def test_items_are_found_by_address_host_and_domain(vera: Person) -> None:
    item = make_item("https://one.example.net/x", host="one.example.net", registrable_domain="example.net")
    make_item("https://two.example.com/y", host="two.example.com", registrable_domain="example.com")
    for typed in ("https://one.example.net/x", "hxxps://ONE.example[.]net/x", "one.example.net", "EXAMPLE.net"):
        html = text(vera, f"/admin/hotline/contentitem/?q={typed}")
        assert (item.canonical in html, "two.example.com" in html) == (True, False)


def test_events_are_found_by_action(vera: Person) -> None:
    for action in ("report.received", "words.opened"):
        audit.record(action=action, subject=None, actor=None, now=timezone.now())
    html = text(vera, "/admin/common/auditevent/?q=words.opened")
    assert ("words.opened</td>" in html, "report.received</td>" in html) == (True, False)


def test_evidence_keeps_its_script(vera: Person) -> None:
    item = make_item("апп:налог", host="", registrable_domain="")
    vera.client.post("/admin/language/", {"language": "sr-latn", "next": "/admin/"})
    for path in ("/admin/hotline/contentitem/", f"/admin/hotline/contentitem/{item.pk}/change/"):
        html = text(vera, path)
        assert html.count("апп:налог") == 1
        assert "app:nalog" not in html
