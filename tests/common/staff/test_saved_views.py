"""Saved views of lists: filters under a name, one's own only, without free text."""

import re

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from clicksafely.accounts.models import SavedView
from clicksafely.common.staff.saved_views import MAX_VIEWS
from tests.clients.staff import Person, signed_in

pytestmark = pytest.mark.django_db
CASES, SAVE = "/admin/hotline/report/", "/admin/saved-views/save/"


@pytest.fixture
def ana() -> Person:
    return signed_in("ana", "analyst")


def save(person: Person, query: str, name: str = "Хитно", model: str = "hotline.report") -> tuple[int, str]:
    response = person.client.post(SAVE, {"list": model, "query": query, "name": name})
    return response.status_code, response.headers.get("Location", "")


def saved_links(person: Person, path: str = CASES) -> list[tuple[str, str]]:
    html = person.client.get(path).content.decode()
    return re.findall(r'<span class="saved-view">\s*<a href="([^"]*)"[^>]*>(.*?)</a>', html)


def test_a_view_is_saved_shown_opened_and_deleted(ana: Person) -> None:
    assert "saved-views" not in ana.client.get(CASES).content.decode()
    assert 'class="filter-chip save-view"' in ana.client.get(f"{CASES}?state__exact=new").content.decode()
    assert save(ana, "state__exact=new&category__exact=csam") == (302, f"{CASES}?state__exact=new&category__exact=csam")
    [(link, name)] = saved_links(ana)
    assert name == "Хитно"
    page = ana.client.get(CASES + link.replace("&amp;", "&")).content.decode()
    assert re.search(r'<a href="\?state__exact=new&amp;category__exact=csam" aria-current="true"', page)
    view = SavedView.objects.get()
    assert ana.client.get(f"/admin/saved-views/{view.pk}/delete/")["Location"] == CASES
    assert SavedView.objects.count() == 1
    assert ana.client.post(f"/admin/saved-views/{view.pk}/delete/")["Location"] == CASES
    assert saved_links(ana) == []


def test_others_neither_see_nor_delete_it(ana: Person) -> None:
    save(ana, "state__exact=new")
    vera, view = signed_in("vera", "supervisor"), SavedView.objects.get()
    assert saved_links(vera) == []
    assert vera.client.post(f"/admin/saved-views/{view.pk}/delete/").status_code == 404
    assert saved_links(ana, "/admin/hotline/notice/") == []
    assert SavedView.objects.count() == 1


def test_only_filters_of_the_list_are_saved(ana: Person) -> None:
    save(ana, "q=Ана+Анић&state__exact=new&p=3&e=1&o=2&category__exact=<script>")
    assert SavedView.objects.get().query == "state__exact=new"
    save(ana, "state__exact=new&next=//evil.example.org", "друго")
    assert SavedView.objects.count() == 1


@pytest.mark.parametrize("query", ["", "q=42&p=2&unknown=1", "state__exact=", "\x00", "x" * 1000])
def test_without_a_filter_nothing_is_saved(ana: Person, query: str) -> None:
    status, _location = save(ana, query)
    assert status in {302, 400}
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("name", [" ", "x" * 41])
def test_a_name_is_needed(ana: Person, name: str) -> None:
    assert save(ana, "state__exact=new", name)[0] == 302
    assert not SavedView.objects.exists()


def test_a_list_of_another_role_is_refused(ana: Person) -> None:
    assert save(ana, "here=yes", model="youthpanel.member")[0] == 403
    assert save(ana, "x=1", model="accounts.savedview")[0] == 404
    assert save(ana, "x=1", model="")[0] == 404
    assert not SavedView.objects.exists()


def test_the_same_name_gets_the_new_filters_and_a_list_has_twelve_views_at_most(ana: Person) -> None:
    for number in range(MAX_VIEWS):
        save(ana, "state__exact=new", str(number))
    save(ana, "state__exact=closed", "0")
    save(ana, "state__exact=new", "one more")
    assert SavedView.objects.count() == MAX_VIEWS
    assert SavedView.objects.get(name="0").query == "state__exact=closed"
    assert save(ana, "state__exact=new", model="hotline.notice")[0] == 302


def test_the_database_refuses_a_second_view_of_a_name_and_one_without_filters(ana: Person) -> None:
    fields = {"user": ana.user, "list": "hotline.report", "name": "x", "saved_at": timezone.now()}
    SavedView.objects.create(query="a=1", **fields)
    for query in ("a=2", ""):
        with pytest.raises(IntegrityError), transaction.atomic():
            SavedView.objects.create(query=query, **(fields if query else fields | {"name": "y"}))
