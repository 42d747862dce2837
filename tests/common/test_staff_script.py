"""The Latin script of staff pages: lists and forms are converted, evidence and headings are not."""

import re

import pytest
from django.utils import translation

from clicksafely.common.serbian.transliteration import to_latin
from hotline.models import Host, SiteTypeRule
from hotline.models.content_items import SiteType
from tests.awareness.news.conftest import write_article, write_whole_article
from tests.clients.staff import Person, make_group, signed_in
from tests.factories.events import make_booking, make_date
from tests.factories.youthpanel import make_member, make_school
from tests.hotline.review.conftest import make_item
from youthpanel.models.members import SchoolKind

pytestmark = pytest.mark.django_db


def latin(person: Person, path: str) -> str:
    person.client.cookies["lang"] = "sr-latn"
    response = person.client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def latin_of(choice: SchoolKind) -> str:
    with translation.override("sr"):
        return to_latin(str(choice.label))


def test_a_list_is_written_in_the_script_of_the_page() -> None:
    write_article(title_sr="Њушкало на мрежи")
    page = latin(signed_in("urednica", "editor"), "/admin/news/article/")
    assert ("Njuškalo na mreži" in page, "Њушкало" in page) == (True, False)
    assert 'class="field-state">objavljen' in page


def test_evidence_is_not_converted() -> None:
    item = make_item("апп:налог", host="", registrable_domain="")
    host = Host.objects.create(name="www.example.org", organisation="Мрежа Љиљан", country="RS")
    hint = SiteTypeRule.objects.create(host="www.example.org", path="/слике", site_type=SiteType.FORUM)
    vera = signed_in("vera", "supervisor")
    for model, pk, words in (
        ("host", host.pk, "Мрежа Љиљан"),
        ("sitetyperule", hint.pk, "/слике"),
    ):
        for path in (f"/admin/hotline/{model}/", f"/admin/hotline/{model}/{pk}/change/"):
            # Page titles contain no elements.
            page = latin(vera, path).partition("</title>")[2]
            assert (words in page, to_latin(words) in page) == (True, False)
    page = vera.client.post(f"/admin/hotline/address/{item.pk}/").content.decode().partition("</title>")[2]
    assert ("апп:налог" in page, to_latin("апп:налог") in page) == (True, False)


def test_the_name_of_a_school_that_booked_is_not_converted() -> None:
    make_booking(make_date(), school="ОШ „Љиљан“")
    page = latin(signed_in("vesna", "events"), "/admin/events/booking/")
    assert '<span translate="no">ОШ „Љиљан“</span>' in page


def test_a_choice_and_a_town_are_words_of_the_page() -> None:
    make_school(name="Љиљан", town="nis", kind="primary")
    page = latin(signed_in("vesna", "coordinator"), "/admin/youthpanel/school/")
    assert "Ljiljan" in page
    assert 'class="field-town_name">Niš</td>' in page
    assert f'class="field-kind">{latin_of(SchoolKind.PRIMARY)}</td>' in page


def test_the_name_of_a_members_school_is_converted() -> None:
    member = make_member()
    page = latin(signed_in("vesna", "coordinator"), "/admin/youthpanel/member/")
    assert f'<span translate="no">{to_latin(member.school.name)}, Niš</span></td>' in page


def test_a_page_is_headed_by_the_name_as_it_was_typed() -> None:
    article = write_article(title_sr="Њушкало на мрежи")
    page = latin(signed_in("urednica", "editor"), f"/admin/news/article/{article.pk}/change/")
    assert '<h2 translate="no">Њушкало на мрежи</h2>' in page
    assert '<li aria-current="page" translate="no">Њушкало на мрежи</li>' in page


def test_the_buttons_that_scripts_add_are_written_in_the_script_of_the_page() -> None:
    page = latin(signed_in("urednica", "editor"), "/admin/topics/topic/add/")
    (texts,) = re.findall(r'data-inline-formset="([^"]+)"', page)
    assert "Dodaj: Odgovor" in texts
    assert "Ukloni" in texts


def test_a_read_only_form_is_written_in_the_script_of_the_page() -> None:
    school = make_school(name="Љиљан", town="nis", kind="primary")
    make_group("readers", "youthpanel.view_school")
    reader = signed_in("citateljka", "readers")
    page = latin(reader, f"/admin/youthpanel/school/{school.pk}/change/")
    assert '<div class="readonly">Ljiljan</div>' in page
    assert f'<div class="readonly">{latin_of(SchoolKind.PRIMARY)}</div>' in page


def test_delete_page_lists_rows_and_has_a_cancel_link_without_scripts() -> None:
    article = write_whole_article()
    page = latin(signed_in("urednica", "editor"), f"/admin/news/article/{article.pk}/delete/")
    assert f'<h2 translate="no">{article}</h2>' in page
    assert "<li>Blokovi: " in page
    # Neither the table between articles and topics nor its rows have a name known to editors.
    assert "article" not in re.sub(r"/admin/\S+|model-\w+", "", page.split("<main")[1])
    assert f'<a class="button cancel-link" href="/admin/news/article/{article.pk}/change/">' in page


@pytest.mark.parametrize("model", ["topics/helpline", "pages/partner", "pages/contactpoint", "search/synonymgroup"])
def test_the_heading_of_a_list_names_its_model(model: str) -> None:
    person = signed_in("urednica", "editor")
    for path in (f"/admin/{model}/", f"/admin/{model}/add/"):
        heading = re.findall("<h1>(.*?)</h1>", latin(person, path))
        assert heading
        assert "objekat" not in heading[0]
