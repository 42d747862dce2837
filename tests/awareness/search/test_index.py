"""Index updates in the publishing transaction, and full rebuilds."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from awareness.pages.models import FixedPage, PageName
from awareness.pages.static_pages import PAGE, PAGES
from awareness.publishing.services import delete_record, save_record
from awareness.search import services
from awareness.search.models import SearchEntry
from awareness.topics.models import Topic, TopicAnswer
from clicksafely.accounts.models import User
from clicksafely.common.page_cache import content_version
from clicksafely.common.search_registry import searchable_models
from tests.clients.page_reader import PageReader

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> User:
    # Seed content is not part of these tests.
    for findable in searchable_models():
        findable.model._default_manager.all().delete()
    return User.objects.create_user("editor")


def make(slug: str = "tema", **columns: object) -> Topic:
    values = {"title_sr": "Ђачка тема", "title_en": "A topic", "summary_sr": "Укратко.", "published_at": NOW} | columns
    return Topic(slug=slug, **values)


def index() -> list[tuple[object, ...]]:
    columns = ("kind", "object_id", "language", "title", "summary", "body", "published_at", "url_kwargs")
    rows = SearchEntry.objects.order_by("kind", "object_id", "language").values_list(*columns)
    return [tuple(map(str, row)) for row in rows]


def of_topics() -> list[SearchEntry]:
    return list(SearchEntry.objects.filter(kind="topic").order_by("object_id", "-language"))


def test_an_entry_a_language_follows_its_record(editor: User) -> None:
    record = make()
    save_record(record=record, actor=editor, now=NOW)
    assert [(entry.language, entry.title, entry.url_kwargs) for entry in of_topics()] == [
        ("sr", "Ђачка тема", {"slug": "tema"}),
        ("en", "A topic", {"slug": "tema"}),
    ]
    record.title_sr, record.title_en, record.withdrawn_at = "Нова тема", "", NOW + timedelta(days=1)
    save_record(record=record, actor=editor, now=NOW)
    assert [(entry.title, entry.withdrawn_at) for entry in of_topics()] == [("Нова тема", NOW + timedelta(days=1))]
    record.withdrawn_at = record.published_at = None
    save_record(record=record, actor=editor, now=NOW)
    assert of_topics() == []
    record.published_at = NOW
    save_record(record=record, actor=editor, now=NOW)
    assert len(of_topics()) == 1
    delete_record(record=record, actor=editor, now=NOW)
    assert of_topics() == []


def test_the_database_folds_and_weighs(editor: User) -> None:
    save_record(record=make(do_now_sr="<p>Ћаскање</p><p>двапут</p>"), actor=editor, now=NOW)
    [serbian] = SearchEntry.objects.filter(kind="topic", language="sr")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT folded_title, words::text, heading::text FROM search_searchentry WHERE id = %s", [serbian.pk]
        )
        title, words, heading = cursor.fetchone()
    assert title == "djacka tema"
    assert words == "'caskanj':4 'dvaput':5 'tem':2A 'ukratk':3C 'đack':1A"
    assert "caskanj" not in heading


def test_the_database_refuses_another_language_and_a_record_twice() -> None:
    columns = {"kind": "x", "object_id": 1, "url_name": "x", "title": "x", "published_at": NOW, "changed_at": NOW}
    SearchEntry.objects.create(language="sr", **columns)
    for language in ("", "de", "SR", "sr"):
        with pytest.raises(IntegrityError), transaction.atomic():
            SearchEntry.objects.create(language=language, **columns)


def test_a_huge_text_and_a_nul_are_indexed(editor: User) -> None:
    save_record(
        record=make(do_now_sr=" ".join(f"реч{number}\u2028" for number in range(60_000))), actor=editor, now=NOW
    )
    [serbian] = SearchEntry.objects.filter(kind="topic", language="sr")
    assert len(serbian.body) == services.MAX_TEXT_LENGTH


def test_all_of_it_is_made_anew_twice_the_same(editor: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "BATCH", 2)
    for number in range(5):
        record = make(f"tema-{number}", title_sr=f"Тема {number}")
        record.save()
        TopicAnswer.objects.create(
            topic=record, audience="children", title_sr="Питање", lead_sr="Мисао", body_sr="<p>Одговор</p>"
        )
    make("nacrt", published_at=None).save()
    columns = {"language": "sr", "url_name": "x", "title": "x", "published_at": NOW, "changed_at": NOW}
    SearchEntry.objects.create(kind="gone", object_id=1, **columns)
    SearchEntry.objects.create(kind="topic", object_id=10**6, **columns)
    before = content_version.current()
    output = StringIO()
    call_command("reindex", stdout=output)
    assert output.getvalue().splitlines() == [
        "topic: 2 of 5 (40 %)",
        "topic: 4 of 5 (80 %)",
        "topic: 5 of 5 (100 %)",
        "The index is complete.",
    ]
    assert content_version.current() > before
    first = index()
    assert len(of_topics()) == 10
    assert all("Одговор" in entry.body for entry in of_topics() if entry.language == "sr")
    call_command("reindex", stdout=output)
    assert index() == first


def test_only_missing_and_outdated_records_are_indexed(editor: User) -> None:
    unchanged, changed, new = make("a"), make("b"), make("c")
    for record in (unchanged, changed):
        save_record(record=record, actor=editor, now=NOW)
    ids = {entry.pk for entry in of_topics()}
    new.save()
    Topic.objects.filter(pk=changed.pk).update(title_sr="Промењено", changed_at=NOW + timedelta(hours=1))
    steps: list[tuple[str, int, int]] = []
    services.reindex(missing=True, progress=lambda *step: steps.append(step))
    assert steps == [("topic", 2, 2)]
    assert {entry.pk for entry in of_topics() if entry.object_id == unchanged.pk} < ids
    assert {entry.title for entry in of_topics() if entry.object_id == changed.pk} == {"Промењено", "A topic"}
    steps.clear()
    services.reindex(missing=True, progress=lambda *step: steps.append(step))
    assert steps == []


def page_names() -> list[str]:
    """The pages that are templates, and the fixed pages but for the home page, which the search does not find."""
    fixed = FixedPage.objects.exclude(slug=PageName.HOME).values_list("slug", flat=True)
    return [*(facts.name for facts in PAGES), *fixed]


def test_pages_are_indexed_by_title_and_description(client: Client) -> None:
    services.reindex()
    found, expected = {}, {}
    with translation.override("en"):
        for name in page_names():
            entry = SearchEntry.objects.get(kind=PAGE, url_name=name, language="en")
            page = PageReader(client.get(reverse(name)).content.decode())
            title, _mark, _site = page.words[0].rpartition(" · ")
            expected[name] = (title, page.all("meta", name="description"))
            found[name] = (entry.title, [{"name": "description", "content": entry.summary}])
            assert entry.keywords, name
    assert found == expected
