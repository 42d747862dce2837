"""Lists of the staff site: limited, in a fixed order, with evidence in its original script."""

import pytest
from django.apps import apps
from django.contrib.admin.sites import site
from django.test import RequestFactory
from django.utils import timezone, translation
from django.utils.translation import gettext
from pytest_django import DjangoAssertNumQueries

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.staff import lists
from clicksafely.common.staff.roles import ROLES
from hotline.models import AbuseContact, ContactKind, Report
from tests.clients.staff import Person, make_staff, signed_in
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


@pytest.mark.parametrize("rows", [1, 12])
@pytest.mark.parametrize("model", ["hotline/report", "hotline/contentitem", "common/auditevent"])
def test_the_number_of_queries_of_a_list(
    model: str, rows: int, vera: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        case = make_case()
        audit_log.record(action="report.received", subject=case, actor=None, now=timezone.now())
        if number % 2:
            vera.client.post(f"/admin/hotline/case/{case.pk}/claim/")
    # One more for the hosts of the reports, and for the numbers of the reports in the audit trail.
    with django_assert_num_queries(LIST_QUERIES + (model != "hotline/contentitem")):
        text(vera, f"/admin/{model}/")


@pytest.mark.parametrize(
    ("language", "words"), [("en", ("Yes", "No")), ("sr", ("Да", "Не")), ("sr-latn", ("Da", "Ne"))]
)
def test_flags_are_words_of_the_page(language: str, words: tuple[str, str], vera: Person) -> None:
    for key, active in (("AS64500", True), ("AS64501", False)):
        AbuseContact.objects.create(kind=ContactKind.ASN, key=key, name=key, active=active)
    vera.client.post("/admin/language/", {"language": language, "next": "/admin/"})
    html = text(vera, "/admin/hotline/abusecontact/")
    assert {word for word in words if f'class="field-active">{word}</td>' in html} == set(words)
    assert "icon-yes" not in html


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
        assert (f"/contentitem/{item.pk}/change/" in html, "two.example.com" in html) == (True, False)


def test_events_are_found_by_action(vera: Person) -> None:
    for action in ("report.received", "words.opened"):
        audit_log.record(action=action, subject=None, actor=None, now=timezone.now())
    html = text(vera, "/admin/common/auditevent/?action=words.opened")
    assert ("words.opened</code>" in html, "report.received</code>" in html) == (True, False)


def test_evidence_keeps_its_script(vera: Person) -> None:
    item = make_item("апп:налог", host="", registrable_domain="")
    vera.client.post("/admin/language/", {"language": "sr-latn", "next": "/admin/"})
    html = vera.client.post(f"/admin/hotline/address/{item.pk}/").content.decode()
    assert html.count("апп:налог") == 1
    assert "app:nalog" not in html


def test_no_sentence_of_the_admin_has_the_gender_of_an_object() -> None:
    """Django's Serbian says „објекат класе вест је успешно обрисан“; the project's catalogue replaces each sentence that staff can see."""
    with translation.override("sr"):
        sentences = [
            gettext(text)
            for text in (
                "Added {name} “{object}”.",
                "Changed {fields} for {name} “{object}”.",
                "Deleted {name} “{object}”.",
                "Delete selected %(verbose_name_plural)s",
                "Delete multiple objects",
                "Cannot delete %(name)s",
                "No action selected.",
                "Select this object for an action - {}",
                "The {name} “{obj}” was changed successfully.",
                "The %(name)s “%(obj)s” was deleted successfully.",
            )
        ]
    assert [text for text in sentences if "бјек" in text or "акциј" in text or "успешно" in text] == []


def test_every_list_without_an_add_button_has_an_empty_hint(rf: RequestFactory) -> None:
    requests = []
    for role in ROLES:
        requests.append(rf.get("/"))
        requests[-1].user = make_staff(role.code, role.code)
    silent = {
        model
        for model, model_admin in site._registry.items()
        if isinstance(model_admin, lists.StaffModelAdmin)
        and not model_admin.empty_hint
        and not any(model_admin.has_add_permission(request) for request in requests)
    }
    # These have rows in every installation, and no role removes them.
    assert {model._meta.label for model in silent if not model._default_manager.exists()} == set()


def test_an_empty_list_shows_its_hint(vera: Person) -> None:
    vera.client.cookies["lang"] = "en"
    for model in ("report", "legalhold"):
        hint = site._registry[apps.get_model("hotline", model)].empty_hint  # type: ignore[attr-defined]
        with translation.override("en"):
            assert str(hint) in text(vera, f"/admin/hotline/{model}/")
    assert "Use “Add” above to create the first entry." in text(vera, "/admin/hotline/triagerule/")
    assert "Use fewer or other words" in text(vera, "/admin/hotline/report/?q=NP-2020-000001")
