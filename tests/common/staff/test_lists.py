"""Lists of the staff site: limited, in a fixed order, with evidence in its original script."""

import pytest
from django.contrib.admin.sites import site
from django.utils import timezone, translation
from pytest_django import DjangoAssertNumQueries

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.staff import lists
from hotline.models import LegalHold, Report
from tests.clients.staff import Person, signed_in
from tests.hotline.review.conftest import make_case, make_item

pytestmark = pytest.mark.django_db
# The last one reads the saved views.
LIST_QUERIES = 8


@pytest.fixture
def vera() -> Person:
    return signed_in("vera", "supervisor")


def text(person: Person, path: str) -> str:
    response = person.client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def link(case: Report) -> str:
    return f'href="/admin/hotline/report/{case.pk}/change/'


def test_a_list_is_counted_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "MAX_ROWS", 3)
    for number in range(5):
        User.objects.create(username=str(number))
    assert lists.CappedPaginator(User.objects.order_by("pk"), 2).count == 3


def test_a_list_keeps_its_order(vera: Person) -> None:
    high, low = make_case(priority=90), make_case(priority=1)
    for query, first, last in (("o=5", high, low), ("o=-2", high, low), ("show=all&o=2", low, high)):
        html = text(vera, f"/admin/hotline/report/?{query}")
        assert html.index(link(first)) < html.index(link(last))
        assert 'class="sortable' not in html


@pytest.mark.parametrize("model", ["hotline/report", "hotline/contentitem", "common/auditevent"])
def test_the_number_of_queries_of_a_list(
    model: str, vera: Person, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        case = make_case()
        audit_log.record(action="report.received", subject=case, actor=None, now=timezone.now())
        if number % 2:
            vera.client.post(f"/admin/hotline/case/{case.pk}/claim/")
    # One more for the hosts of the reports, and for the numbers of the reports in the audit trail.
    with django_assert_max_num_queries(LIST_QUERIES + (model != "hotline/contentitem")):
        text(vera, f"/admin/{model}/")


def test_items_are_found_by_address_host_and_domain(vera: Person) -> None:
    item = make_item("https://one.example.net/x", host="one.example.net", registrable_domain="example.net")
    make_item("https://two.example.com/y", host="two.example.com", registrable_domain="example.com")
    for typed in ("hxxps://ONE.example[.]net/x", "one.example.net", "EXAMPLE.net"):
        html = text(vera, f"/admin/hotline/contentitem/?q={typed}")
        assert (f"/contentitem/{item.pk}/change/" in html, "two.example.com" in html) == (True, False)


def test_an_empty_list_shows_its_hint(vera: Person) -> None:
    vera.client.cookies["lang"] = "en"
    hint = site._registry[LegalHold].empty_hint  # type: ignore[attr-defined]
    with translation.override("en"):
        assert str(hint) in text(vera, "/admin/hotline/legalhold/")
    for path, is_filtered in (("triagerule/", False), ("report/?q=NP-2020-000001", True)):
        html = text(vera, f"/admin/hotline/{path}")
        assert ("empty-state" in html, '<a href="?">' in html) == (True, is_filtered)
