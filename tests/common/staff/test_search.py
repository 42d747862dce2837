"""The search over all lists: each role finds rows of its own lists only, members by pseudonym only, and no sealed value."""

import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import strip_tags

from clicksafely.common.audit import audit_log
from clicksafely.common.crypto.key_rotation import SealedColumn
from clicksafely.common.models import AuditEvent
from clicksafely.common.staff.roles import ROLES
from clicksafely.common.staff.search import MAX_HITS
from hotline.models import Host
from tests.clients.page_reader import PageReader
from tests.clients.staff import Person, administrator, signed_in
from tests.factories.events import make_booking, make_date
from tests.factories.library import make_resource
from tests.factories.notices import make_notice
from tests.factories.youthpanel import make_member
from tests.hotline.review.conftest import make_case

pytestmark = pytest.mark.django_db
FIND = "/admin/find/"


def found(person: Person, query: str) -> dict[str, list[str]]:
    """Return the names of the hits by heading, without the pages of the menu."""
    response = person.client.get(FIND, {"q": query})
    assert response.status_code == 200
    sections = re.findall(r'<section class="search-group">(.*?)</section>', response.content.decode(), re.S)
    groups = {strip_tags(part.partition("</h2>")[0]).strip(): part for part in sections}
    groups.pop("Странице", None)
    return {heading: re.findall(r"<li><a[^>]*>(.*?)</a></li>", part, re.S) for heading, part in groups.items()}


def links(person: Person, query: str) -> list[str]:
    html = person.client.get(FIND, {"q": query, "part": "palette"}).content.decode()
    return [link["href"] for link in PageReader(html).all("a", role="option")]


def test_search_finds_a_case_by_its_number() -> None:
    person, case = signed_in("person", "analyst"), make_case()
    for query in (case.reference, case.reference.lower(), str(case.pk), f" {case.pk} "):
        assert found(person, query)["Пријаве"] == [case.reference]
    assert person.client.get(links(person, case.reference)[0])["Location"] == f"/admin/hotline/case/{case.pk}/"


@pytest.mark.parametrize("role", ["editor", "coordinator", "auditor"])
def test_other_roles_cannot_find_cases_or_detect_their_existence(role: str) -> None:
    person, case = signed_in("person", role), make_case()
    existing, missing = (person.client.get(FIND, {"q": f"NP-2026-{pk:06d}"}) for pk in (case.pk, case.pk + 1000))
    varying = re.compile(rb'nonce="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"|NP-2026-\d+')
    assert varying.sub(b"", existing.content) == varying.sub(b"", missing.content)
    assert found(person, case.reference) == {}
    # A low number is also found in texts of content.
    assert not {"Пријаве", "Предмети"} & set(found(person, str(case.pk)))


def test_the_prefix_of_a_number_selects_the_list() -> None:
    vera, case = signed_in("vera", "supervisor"), make_case()
    notice = make_notice(case.items.get(), case)
    assert list(found(vera, notice.reference)) == ["Обавештења"]
    assert list(found(vera, f"X-2026-{case.pk:06d}")) == []


def test_a_member_is_found_by_pseudonym_and_never_by_name_or_contact() -> None:
    mila = signed_in("mila", "coordinator")
    contact = {"name": "Јована Петровић", "email": "jovana@example.org", "phone": "0601234567"}
    make_member(pseudonym="Весела Ласта", contact=contact)
    for query in ("Весела Ласта", "lasta"):
        assert found(mila, query) == {"Чланови": ['<span translate="no">Весела Ласта</span>']}
    for query in ("Јована", "Petrović", "jovana@example.org", "0601234567"):
        assert found(mila, query) == {}


def test_a_booking_is_found_by_its_number_and_not_by_school_or_teacher() -> None:
    olga = signed_in("olga", "events")
    booking = make_booking(make_date(), school="ОШ „Доситеј“", contact={"name": "Петра Петрић"})
    for query in (booking.reference, booking.reference.lower(), str(booking.pk)):
        assert [strip_tags(name) for name in found(olga, query)["Резервације"]] == [
            f"{booking.reference}, ОШ „Доситеј“"
        ]
    assert "Резервације" not in found(olga, "Доситеј")
    assert "Резервације" not in found(olga, "Петра")
    assert found(signed_in("ema", "editor"), booking.reference) == {}


def test_content_is_found_by_its_title_in_either_script() -> None:
    ema = signed_in("ema", "editor")
    make_resource(title_sr="Дигитални отисак", slug="otisak")
    for query in ("дигитални", "DIGITALNI otisak", "otisa"):
        assert found(ema, query) == {"Материјали": ["Дигитални отисак"]}
    assert found(ema, "дигитални непостојећи") == {}


def test_of_each_list_a_few_rows_and_a_link_to_all() -> None:
    mila = signed_in("mila", "coordinator")
    for number in range(MAX_HITS + 1):
        make_member(pseudonym=f"Орао {number}")
    assert len(found(mila, "орао")["Чланови"]) == MAX_HITS
    assert "/admin/youthpanel/member/?q=%D0%BE%D1%80%D0%B0%D0%BE" in links(mila, "орао")


@pytest.mark.parametrize("query", [" ", "%", "\\", "'", "9" * 200, "NP-" + "9" * 60, "а б в г д ђ е ж з и"])
def test_no_query_breaks_it_or_finds_everything(query: str) -> None:
    vera = signed_in("vera", "supervisor", "editor", "coordinator", "events")
    make_case()
    make_member(pseudonym="Сова")
    assert vera.client.get(FIND, {"q": query}).status_code == 200
    assert found(vera, query) == {}


def test_it_reads_no_sealed_column_and_no_name_and_writes_nothing() -> None:
    person = signed_in("person", *[role.code for role in ROLES])
    make_member(pseudonym="Сова")
    make_booking(make_date())
    events = AuditEvent.objects.count()
    with CaptureQueriesContext(connection) as queries:
        for query in ("Сова", "42", "B-2026-000001", "example.org"):
            person.client.get(FIND, {"q": query, "part": "palette"})
    conditions = " ".join(query["sql"].partition(" WHERE ")[2] for query in queries.captured_queries)
    sealed = {
        f'"{field.table}"."{field.column}"'
        for model in apps.get_models()
        for field in getattr(model, "sealed_fields", ())
        if isinstance(field, SealedColumn)
    }
    assert len(sealed) > 10
    assert {column for column in sealed if column in conditions} == set()
    statements = {query["sql"].split()[0] for query in queries.captured_queries}
    assert statements <= {"SELECT", "SAVEPOINT", "RELEASE", "SET"}
    assert AuditEvent.objects.count() == events


def test_the_audit_trail_is_not_searched() -> None:
    """Its own list records each query; a search beside it would not."""
    ada, case = signed_in("ada", "auditor"), make_case()
    audit_log.record(action="report.received", subject=case, actor=None, now=timezone.now())
    assert found(ada, case.reference) == {}
    assert found(ada, "report.received") == {}
    assert not any(
        getattr(each, "in_global_search", False) for each in admin.site._registry.values() if each.model is AuditEvent
    )


def test_pages_of_the_menu_are_found_by_their_names_in_either_script() -> None:
    ana = signed_in("ana", "analyst")
    assert "/admin/hotline/report/" in links(ana, "prijave")
    assert "/admin/hotline/report/" in links(ana, "")
    assert "/admin/youthpanel/member/" not in links(ana, "")
    assert "/admin/accounts/user/" in links(administrator("root"), "")
    assert links(signed_in("idle"), "") == ["/admin/", "/admin/jobs/"]


@pytest.mark.parametrize("role", ["analyst", "editor", "events", "coordinator"])
def test_search_results_are_accessible_to_the_role(role: str) -> None:
    person, case = signed_in("person", role), make_case()
    make_notice(case.items.get(), case)
    make_resource(title_sr="Сова 1", slug="sova-1")
    make_booking(make_date())
    make_member(pseudonym="Сова 1")
    Host.objects.create(name="primer.example.org")
    hits = {link for query in ("1", str(case.pk), "сова", "primer.example.org") for link in links(person, query)}
    assert {link for link in hits if person.client.get(link, follow=True).status_code != 200} == set()
