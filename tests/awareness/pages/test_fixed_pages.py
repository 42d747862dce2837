"""Fixed pages: edited by staff beside the public text, always public, and shown from the seed content without a database."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from awareness.pages import selectors
from awareness.pages.content import KINDS
from awareness.pages.models import REQUIRED_KINDS, FixedPage, PageName, SectionKind
from awareness.publishing.drafts import opened_token, unpublish_record
from awareness.publishing.models import Draft, Version
from awareness.publishing.services import delete_record
from awareness.search.models import SearchEntry
from awareness.search.services import reindex
from clicksafely.common.content.loader import load_content
from clicksafely.common.exceptions import ActionRefused
from clicksafely.common.models import LoadedContent
from tests.cases import failed_cases
from tests.clients.admin_form import form_data
from tests.clients.page_reader import PageReader
from tests.clients.previews import preview, preview_path
from tests.clients.staff import Person, signed_in

pytestmark = pytest.mark.django_db
NEW = "Шта радиш прво"


@pytest.fixture
def editor() -> Person:
    return signed_in("urednica", "editor")


def page_of(name: str) -> FixedPage:
    return FixedPage.objects.get(slug=name)


def form_of(page: FixedPage, kind: str = "change") -> str:
    return f"/admin/pages/fixedpage/{page.pk}/{kind}/"


def form_values(editor: Person, page: FixedPage) -> dict[str, Any]:
    response = editor.client.get(form_of(page))
    assert response.status_code == 200
    return form_data(response.content.decode())


def row_of(data: dict[str, Any], slug: str) -> str:
    """The prefix of the section with this address."""
    return next(name.removesuffix("-slug") for name, value in data.items() if name.endswith("-slug") and value == slug)


def public(name: str, language: str = "sr") -> str:
    with translation.override(language):
        response = Client().get(reverse(name))
    assert response.status_code == 200
    return response.content.decode()


def test_each_page_is_loaded_with_the_sections_that_its_template_places() -> None:
    pages = {page.slug: page for page in FixedPage.objects.prefetch_related("sections")}
    assert pages.keys() == REQUIRED_KINDS.keys() == set(PageName.values)

    def check(name: str) -> None:
        kinds = Counter(section.kind for section in pages[name].sections.all() if section.kind != SectionKind.TEXT)
        assert kinds == Counter(kind.value for kind in REQUIRED_KINDS[name])
        page = PageReader(public(name, "en"))
        assert pages[name].lead_en in page.text  # type: ignore[attr-defined]
        for section in pages[name].sections.all():
            assert section.title_en in page.text

    assert failed_cases(check, PageName.values) == {}


def test_an_editor_changes_the_help_page_beside_the_public_one_and_publishes(editor: Person) -> None:
    page = page_of("help")
    before = public("help")
    data = form_values(editor, page)
    section = row_of(data, "case-2")
    changes = {"heading_sr": NEW, f"{section}-text_sr": "<p>Реци <strong>одраслој</strong> особи.</p>"}
    assert editor.client.post(form_of(page), data | changes | {"_save": "x"}).status_code == 302
    assert public("help") == before
    assert NEW in preview(editor, page)
    assert "Šta radiš prvo" in preview(editor, page, language="sr-latn")

    assert editor.client.post(form_of(page), form_values(editor, page) | {"_publish": "x"}).status_code == 302
    assert not Draft.objects.exists()
    after = public("help")
    assert f"<h1>{NEW}</h1>" in after
    assert "<p>Реци <strong>одраслој</strong> особи.</p>" in after
    # The numbers of the lines are not part of the text.
    assert 'href="tel:192"' in after

    assert NEW in editor.client.get(form_of(page, "history")).content.decode()
    first = Version.objects.filter(kind="pages.fixedpage", object_id=page.pk).order_by("revision").first()
    assert first is not None
    editor.client.post(form_of(page, "history"), {"version": first.revision})
    assert Draft.objects.get().content["heading_sr"] == page.heading_sr  # type: ignore[attr-defined]


def test_the_home_page_has_a_preview_and_keeps_its_highlight(editor: Person) -> None:
    page = page_of("home")
    changes = {"heading_sr": "Клик <мера> *вреди*", "_save": "x"}
    editor.client.post(form_of(page), form_values(editor, page) | changes)
    expected = 'Клик &lt;мера&gt; <em class="highlight">вреди</em>'
    assert expected in preview(editor, page, page="sr/")
    assert preview_path(page, "sr/") in editor.client.get(form_of(page)).content.decode()
    assert expected not in public("home")


def test_a_page_is_never_empty(editor: Person) -> None:
    page = page_of("privacy")
    before, data = public("privacy"), form_values(editor, page)
    row = row_of(data, "reading")
    fields = {f"{name}_{language}" for name in ("title", "summary", "heading", "lead") for language in ("sr", "en")}
    parts = {f"{name}_{language}" for name in ("title", "text") for language in ("sr", "en")}
    empty = dict.fromkeys(fields, " ") | {f"{row}-{name}": "<p></p>" if "text" in name else " " for name in parts}
    for button in ("_save", "_publish"):
        response = editor.client.post(form_of(page), data | empty | {button: "x"})
        assert response.status_code == 200
        assert set(response.context["adminform"].form.errors) == fields
        (sections,) = (each.formset for each in response.context["inline_admin_formsets"])
        assert set(sections.errors[int(row.rpartition("-")[2])]) == parts
    assert public("privacy") == before


def test_computed_sections_are_required_and_texts_can_be_edited(editor: Person) -> None:
    page = page_of("help")
    data = form_values(editor, page)
    for wrong in (
        {f"{row_of(data, 'lines')}-DELETE": "on"},
        # A second one, and one of another page.
        {f"{row_of(data, 'case-2')}-kind": "report"},
        {f"{row_of(data, 'case-2')}-kind": "sources"},
    ):
        assert editor.client.post(form_of(page), data | wrong | {"_publish": "x"}).status_code == 200

    number = int(data["sections-TOTAL_FORMS"])
    added = {
        "kind": "text",
        "order": "90",
        "title_sr": "Изгубљен телефон",
        "title_en": "A lost phone",
        "text_sr": "<p>Закључај га.</p>",
        "text_en": "<p>Lock it.</p>",
        "slug": "",
    }
    changes = {f"sections-{number}-{name}": value for name, value in added.items()}
    changes |= {"sections-TOTAL_FORMS": str(number + 1), f"{row_of(data, 'case-4')}-DELETE": "on", "_publish": "x"}
    assert editor.client.post(form_of(page), data | changes).status_code == 302
    html = public("help", "en")
    assert '<div id="izgubljen-telefon">' in html
    assert 'id="case-4"' not in html


def test_a_page_is_neither_added_nor_withdrawn_nor_deleted(editor: Person) -> None:
    page = page_of("help")
    assert editor.client.get("/admin/pages/fixedpage/add/").status_code == 403
    assert editor.client.get(form_of(page, "delete")).status_code == 403
    assert editor.client.post(form_of(page, "delete"), {"post": "yes"}).status_code == 403
    assert editor.client.post(form_of(page, "unpublish"), {"opened": opened_token(page)}).status_code == 404
    html = editor.client.get(form_of(page)).content.decode()
    assert "/unpublish/" not in html
    assert "/delete/" not in html
    assert 'name="published_at' not in html
    chosen = {"action": "unpublish_chosen", "_selected_action": page.pk, "confirmed": "x"}
    editor.client.post("/admin/pages/fixedpage/", chosen)
    for action in (
        lambda: delete_record(record=page, actor=editor.user, now=timezone.now()),
        lambda: unpublish_record(record=page, opened=opened_token(page), actor=editor.user, now=timezone.now()),
    ):
        with pytest.raises(ActionRefused):
            action()
    for wrong in ({"withdrawn_at": datetime(2030, 1, 1, tzinfo=UTC)}, {"slug": "impressum"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            FixedPage.objects.filter(pk=page.pk).update(**wrong)
    assert page_of("help").published_at == page.published_at


def test_the_search_finds_the_text_and_follows_a_change(editor: Person) -> None:
    reindex()
    found = SearchEntry.objects.get(kind="page", url_name="privacy", language="en")
    assert (found.title, found.url_kwargs) == ("Privacy", {})
    assert "cookies" in found.keywords
    assert not SearchEntry.objects.filter(url_name="home").exists()
    assert SearchEntry.objects.filter(kind="page", url_name="quizzes").count() == 2
    page = page_of("privacy")
    editor.client.post(form_of(page), form_values(editor, page) | {"title_en": "Your data", "_publish": "x"})
    assert SearchEntry.objects.get(kind="page", url_name="privacy", language="en").title == "Your data"
    reindex(missing=True)
    assert SearchEntry.objects.filter(kind="page", url_name="privacy").count() == 2
    assert SearchEntry.objects.filter(kind="page", url_name="quizzes").count() == 2


def test_loading_again_keeps_the_change_of_an_editor(editor: Person) -> None:
    page = page_of("about")
    editor.client.post(form_of(page), form_values(editor, page) | {"lead_sr": "Нов увод.", "_publish": "x"})
    revision = page_of("about").revision
    [*_, result] = load_content(KINDS, now=timezone.now())
    assert (result.created, result.updated) == (0, 0)
    # A new release has another text of two pages.
    for name in ("about", "contact"):
        row = LoadedContent.objects.get(kind="pages.fixedpage", key=name)
        row.digests["summary_en"] = "0" * 16
        row.save()
    [*_, result] = load_content(KINDS, now=timezone.now())
    assert any("about: kept, edited" in kept for kept in result.kept_rows)
    assert (page_of("about").lead_sr, page_of("about").revision) == ("Нов увод.", revision)


def test_without_rows_and_without_a_database_the_seed_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    help_page, privacy = public("help"), public("privacy")
    FixedPage.objects.all().delete()
    selectors.cached_page_texts._generation = None
    assert (public("help"), public("privacy")) == (help_page, privacy)

    def fail() -> list[selectors.PageText]:
        raise OperationalError

    monkeypatch.setattr(selectors.cached_page_texts, "_read", fail)
    monkeypatch.setattr(selectors.cached_page_texts, "_items", None)
    monkeypatch.setattr(selectors.cached_page_texts, "_generation", None)
    assert public("help") == help_page
