"""Drafts beside published records, for every content type: saving, preview, publication, restoring, and permissions."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin import site
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone, translation

from awareness.events.models import Event
from awareness.library.models import Resource, ResourceFile
from awareness.library.storage import delete_orphan_files
from awareness.news.models import Article, ArticleBlock
from awareness.publishing import drafts
from awareness.publishing.admin_base import PUBLISHING_INPUTS, PublicationAdmin
from awareness.publishing.models import Draft, FormerSlug, Publication, Version
from awareness.publishing.related_content import CARD_SOURCES
from awareness.publishing.services import delete_record, save_record
from awareness.publishing.versions import newer_fields, serialize_record, versions_of
from awareness.quizzes.models import Quiz, QuizEntry
from awareness.topics.models import Topic
from clicksafely.common.models import AuditEvent
from clicksafely.common.page_cache import content_version
from clicksafely.common.search_registry import searchable_models
from tests.awareness.news.conftest import picture
from tests.awareness.publishing.conftest import page_of
from tests.clients.admin_form import form_data
from tests.clients.previews import preview, preview_path
from tests.clients.staff import Person
from tests.factories.library import editor as library_editor
from tests.factories.library import pdf
from tests.factories.publications import RECORDS, every_kind, make_article, published_resource

pytestmark = pytest.mark.django_db
TITLE = "Наслов који још нико не сме да види"


def form_values(person: Person, record: Publication, **changes: Any) -> dict[str, Any]:
    """Return the form of a record as this person's browser would send it."""
    response = person.client.get(page_of(record))
    assert response.status_code == 200
    return form_data(response.content.decode(), **changes)


def save(person: Person, record: Publication, button: str = "_save", **changes: Any) -> None:
    response = person.client.post(page_of(record), form_values(person, record, **{button: "x"}, **changes))
    assert response.status_code == 302, response.content.decode()[:200]


def again[Row: Publication](record: Row) -> Row:
    return type(record)._default_manager.get(pk=record.pk)  # type: ignore[no-any-return]


def test_every_content_type_has_a_record_here() -> None:
    admins = {model for model, admin in site._registry.items() if isinstance(admin, PublicationAdmin)}
    assert admins == set(RECORDS) == {model for model in apps.get_models() if issubclass(model, Publication)}


def test_every_content_type_is_found_and_linked() -> None:
    """A fixed page has no card."""
    kinds = {each.model: each.kind for each in searchable_models()}
    assert set(RECORDS) - kinds.keys() == set(), "register_searchable in search_index.py of the app"
    assert {kinds[model] for model in RECORDS} - CARD_SOURCES.keys() == {"page"}, (
        "register_cards in search_index.py of the app"
    )


@every_kind
def test_a_draft_is_saved_beside_the_public_record_and_shown_to_editors_only(
    editor: Person, model: type[Publication]
) -> None:
    record = RECORDS[model]()
    before, version = serialize_record(record), content_version.current()
    save(editor, record, title_sr=TITLE)

    assert serialize_record(again(record)) == before
    assert (content_version.current(), again(record).revision) == (version, record.revision)
    assert TITLE not in versions_of(record).values_list("content__title_sr", flat=True)
    draft = Draft.objects.get()
    assert (draft.content["title_sr"], draft.author, draft.publish_at) == (TITLE, editor.user, None)
    # The first draft differs in nothing else: the parts have their keys, the dates stay.
    same = drafts.serialize_record(again(record)) | {"title_sr": TITLE}
    assert {name: str(value or "") for name, value in draft.content.items() if not name.endswith("_at")} == {
        name: str(value or "") for name, value in _as_json(same).items() if not name.endswith("_at")
    }
    codes = list(
        AuditEvent.objects.filter(subject_id=str(record.pk), actor_id=editor.user.pk).values_list("action", flat=True)
    )
    assert f"{record._meta.label_lower}.draft_saved" in codes
    assert f"{record._meta.label_lower}.published" not in codes

    page = editor.client.get(page_of(record)).content.decode()
    assert f'value="{TITLE}"' in page
    assert 'name="_publish"' in page
    assert TITLE in preview(editor, record)
    path = site.get_model_admin(model).page.format(slug=record.slug)  # type: ignore[attr-defined]
    assert TITLE not in Client().get(f"/sr/{path}").content.decode()
    assert serialize_record(again(record)) == before
    assert TITLE in editor.client.get(page_of(record, "compare")).content.decode()


def _as_json(content: Any) -> Any:
    draft = Draft(kind="x", object_id=1, based_on=1, author=library_editor(), saved_at=timezone.now(), content=content)
    draft.save()
    found = Draft.objects.get(kind="x").content
    draft.delete()
    return found


@every_kind
def test_a_draft_is_edited_again_and_published(editor: Person, model: type[Publication]) -> None:
    record = RECORDS[model]()
    save(editor, record, title_sr="Први нацрт")
    save(editor, record, title_sr=TITLE, slug="nova-adresa")
    assert Draft.objects.get().revision == 2
    version = content_version.current()
    save(editor, record, "_publish")
    now = again(record)
    assert (now.title_sr, now.slug, now.revision) == (TITLE, "nova-adresa", record.revision + 1)  # type: ignore[attr-defined]
    assert now.published_at == record.published_at
    assert not Draft.objects.exists()
    assert content_version.current() > version
    assert Version.objects.get(object_id=record.pk, revision=now.revision, kind=record._meta.label_lower)
    # The history has the text that the draft replaced, also of a record that was loaded without a version.
    assert versions_of(record)[1].content["title_sr"] == record.title_sr  # type: ignore[attr-defined]
    assert FormerSlug.objects.get().slug == record.slug
    parts = {name: [part.pk for part in getattr(now, name).all()] for name in now.versioned_parts}
    assert parts == {name: [part.pk for part in getattr(record, name).all()] for name in record.versioned_parts}


def test_an_author_writes_drafts_and_publishes_nothing(author: Person) -> None:
    record = make_article()
    before = serialize_record(record)
    data = form_values(author, record, title_sr=TITLE)
    assert PUBLISHING_INPUTS.isdisjoint(data.keys() - {"publish_at_0", "publish_at_1"})
    page = author.client.get(page_of(record)).content.decode()
    assert not any(
        word in page for word in ('name="_publish"', 'name="_schedule"', "/unpublish/", 'name="published_at')
    )
    for part in ("publish_at_0", "publish_at_1"):
        data.pop(part, None)
    for forged in sorted(PUBLISHING_INPUTS):
        assert author.client.post(page_of(record), data | {forged: "2027-01-01"}).status_code == 403
    for page_name in ("unpublish", "delete"):
        assert author.client.post(page_of(record, page_name), {"post": "yes"}).status_code == 403
    rows = {"action": "delete_selected", "_selected_action": record.pk, "post": "yes"}
    assert author.client.post(page_of(record).rpartition(f"{record.pk}/")[0], rows).status_code in {200, 302, 403}
    assert not Draft.objects.exists()
    assert author.client.post(page_of(record), data | {"_save": "x"}).status_code == 302
    assert serialize_record(again(record)) == before
    assert Draft.objects.get().author == author.user


def test_a_scheduled_draft_is_published_at_its_time(editor: Person) -> None:
    record = make_article()
    save(editor, record, "_schedule", title_sr=TITLE, publish_at_0="1. 5. 2099.", publish_at_1="8:00")
    draft = Draft.objects.get()
    assert draft.publish_at == datetime(2099, 5, 1, 6, tzinfo=UTC)
    drafts.publish_due_drafts(now=draft.publish_at - timedelta(seconds=1))
    assert again(record).title_sr != TITLE  # type: ignore[attr-defined]
    drafts.publish_due_drafts(now=draft.publish_at)
    assert again(record).title_sr == TITLE  # type: ignore[attr-defined]
    assert not Draft.objects.exists()
    assert Version.objects.filter(object_id=record.pk).latest("revision").author == editor.user


def test_a_record_is_unpublished_and_published_again(editor: Person) -> None:
    record = make_article()
    save(editor, record, title_sr=TITLE)
    token = form_values(editor, record)["opened"]
    assert editor.client.get(page_of(record, "unpublish")).status_code == 200
    assert editor.client.post(page_of(record, "unpublish"), {"opened": "0"}).status_code == 200
    assert again(record).withdrawn_at is None
    assert editor.client.post(page_of(record, "unpublish"), {"opened": token}).status_code == 302
    assert again(record).withdrawn_at is not None
    assert AuditEvent.objects.filter(action=f"{record._meta.label_lower}.unpublished").exists()
    draft = Draft.objects.get()
    assert draft.based_on == again(record).revision
    save(editor, record, "_publish")
    now = again(record)
    assert (now.withdrawn_at, now.title_sr) == (None, TITLE)  # type: ignore[attr-defined]


def test_a_version_is_restored_into_a_draft(editor: Person) -> None:
    record = make_article()
    title = record.title_sr  # type: ignore[attr-defined]
    save(editor, record, "_publish", title_sr=TITLE)
    first = Version.objects.filter(object_id=record.pk, kind=record._meta.label_lower).earliest("revision")
    restore = {"version": first.revision}
    assert editor.client.post(page_of(record, "history"), restore).status_code == 302
    assert again(record).title_sr == TITLE  # type: ignore[attr-defined]
    assert Draft.objects.get().content["title_sr"] == title
    # A second one would overwrite the draft.
    editor.client.post(page_of(record, "history"), restore)
    assert Draft.objects.get().revision == 1
    save(editor, record, "_publish")
    assert again(record).title_sr == title  # type: ignore[attr-defined]


def test_a_field_that_is_newer_than_a_version_keeps_its_value_and_is_named(editor: Person) -> None:
    record = make_article()
    save(editor, record, "_publish", title_sr=TITLE)
    first = Version.objects.filter(object_id=record.pk, kind=record._meta.label_lower).earliest("revision")
    present = serialize_record(again(record))["topics"]
    Version.objects.filter(pk=first.pk).update(
        content={name: value for name, value in first.content.items() if name != "topics"}
    )
    page = editor.client.post(page_of(record, "history"), {"version": first.revision}, follow=True)
    notes = [str(message) for message in page.context["messages"]]
    assert any(note.endswith(f": {Article._meta.get_field('topics').verbose_name}.") for note in notes), notes
    assert Draft.objects.get().content["topics"] == present


def test_a_field_of_a_part_that_is_newer_than_a_version_is_named() -> None:
    article = make_article()
    content = serialize_record(article)
    assert newer_fields(article, content) == []
    for block in content["parts"]["blocks"]:
        del block["credit"]
    with translation.override("en"):
        assert newer_fields(article, content) == ["block, author"]


def test_the_list_shows_and_filters_drafts(editor: Person) -> None:
    record = make_article()
    save(editor, record, title_sr=TITLE)
    path = page_of(record).rpartition(f"{record.pk}/")[0]
    page = editor.client.get(path, {"draft": "yes"}).content.decode()
    assert page.count('class="field-state"') == 1
    assert page.count('name="_selected_action"') <= 1
    assert 'class="field-state"' not in editor.client.get(path, {"draft": "refused"}).content.decode()


def test_a_draft_is_found_nowhere_on_the_site(editor: Person) -> None:
    article, quiz = make_article(), RECORDS[Quiz]()
    for record in (article, quiz, RECORDS[Resource](), RECORDS[Event]()):
        save(editor, record, title_sr=TITLE)
        # The preview must not fill the caches of this process.
        preview(editor, record)
    reader = Client()
    paths = ["/sr/", "/sr/news/", "/sr/quizzes/", "/sr/resources/", "/sr/events/", "/feeds/news.atom", "/sitemap.xml"]
    for path in (*paths, f"/sr/quizzes/{quiz.slug}/", "/sr/search/?q=нико+сме+види"):
        response = reader.get(path, follow=True)
        text = response.getvalue().decode() if response.streaming else response.content.decode()
        assert TITLE not in text, path


def test_an_author_cannot_get_a_text_published_by_changing_a_scheduled_draft(editor: Person, author: Person) -> None:
    topic = Topic.objects.exclude(published_at=None)[0]
    save(editor, topic, "_schedule", title_sr="Одобрено", publish_at_0="1. 5. 2099.", publish_at_1="8:00")
    save(author, topic, title_sr=TITLE)
    assert Draft.objects.get().publish_at is None
    drafts.publish_due_drafts(now=datetime(2100, 1, 1, tzinfo=UTC))
    assert again(topic).title_sr not in {TITLE, "Одобрено"}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("day", "hour"),
    [("", ""), ("1. 1. 2020.", "08:00"), ("31. 2. 2099.", "25:00")],
    ids=["no time", "a past time", "no such time"],
)
def test_a_draft_is_scheduled_for_a_time_in_the_future_only(editor: Person, day: str, hour: str) -> None:
    topic = Topic.objects.exclude(published_at=None)[0]
    data = form_values(editor, topic, title_sr=TITLE, _schedule="x", publish_at_0=day, publish_at_1=hour)
    response = editor.client.post(page_of(topic), data)
    assert response.status_code == 200
    assert 'id="id_publish_at_error"' in response.content.decode()
    assert not Draft.objects.exists()


def _make_stale(topic: Topic, editor: Person) -> None:
    save_record(record=again(topic), actor=editor.user, now=timezone.now())


def _remove_permission(topic: Topic, editor: Person) -> None:
    Permission.objects.get(codename="publish_content").group_set.clear()


def _occupy_slug(topic: Topic, editor: Person) -> None:
    Topic.objects.exclude(pk=topic.pk).filter(slug="csam").update(slug="zauzeto")


@pytest.mark.parametrize("spoil", [_make_stale, _remove_permission, _occupy_slug])
def test_a_scheduled_draft_that_cannot_be_published_stays_with_its_reason(
    editor: Person, author: Person, spoil: Callable[[Topic, Person], None]
) -> None:
    topic = Topic.objects.exclude(published_at=None).exclude(slug="csam")[0]
    save(editor, topic, "_schedule", title_sr=TITLE, slug="zauzeto", publish_at_0="1. 5. 2099.", publish_at_1="8:00")
    spoil(topic, editor)
    revision, now = again(topic).revision, datetime(2099, 6, 1, tzinfo=UTC)
    drafts.publish_due_drafts(now=now)
    assert (again(topic).revision, again(topic).title_sr == TITLE) == (revision, False)  # type: ignore[attr-defined]
    assert Draft.objects.get().refused_at == now
    assert AuditEvent.objects.filter(action="topics.topic.draft_refused").count() == 1
    page = author.client.get(page_of(topic)).content.decode()
    assert "<li><b>" in page.split('<div class="page-state">')[1].split("</div>")[0]
    drafts.publish_due_drafts(now=now + timedelta(days=1))
    assert AuditEvent.objects.filter(action="topics.topic.draft_refused").count() == 1


def test_a_draft_with_a_deleted_relation_is_not_published_by_schedule(editor: Person) -> None:
    quiz = RECORDS[Quiz]()
    entries = list(quiz.entries.all())  # type: ignore[attr-defined]
    save(editor, quiz, "_schedule", title_sr=TITLE, publish_at_0="1. 5. 2099.", publish_at_1="8:00")
    question = entries[0].question
    QuizEntry.objects.filter(question=question).delete()
    question.delete()
    drafts.publish_due_drafts(now=datetime(2099, 6, 1, tzinfo=UTC))
    assert Draft.objects.get().refused_at is not None
    assert again(quiz).title_sr != TITLE  # type: ignore[attr-defined]
    page = editor.client.get(page_of(quiz)).content.decode()
    ids = {value for name, value in form_data(page).items() if name.startswith("entries-") and name.endswith("-id")}
    assert ids - {""} == {str(entry.pk) for entry in entries[1:]}


def test_a_resource_without_a_licence_is_saved_and_not_published(editor: Person) -> None:
    resource = published_resource()
    save(editor, resource, licence="")
    assert Draft.objects.get().content["licence"] == ""
    assert 'name="licence"' in editor.client.get(page_of(resource)).content.decode()
    assert preview(editor, resource)
    for button in ({"_publish": "x"}, {"_schedule": "x", "publish_at_0": "2099-05-01", "publish_at_1": "08:00"}):
        response = editor.client.post(page_of(resource), form_values(editor, resource, **button))
        assert response.status_code == 200
        assert 'id="id_licence_error"' in response.content.decode()
    assert again(resource).licence == "CC-BY-4.0"  # type: ignore[attr-defined]
    # One that was changed behind the form is refused by the task.
    draft = Draft.objects.get()
    draft.publish_at = timezone.now()
    draft.save()
    drafts.publish_due_drafts(now=timezone.now())
    assert Draft.objects.get().refused_at is not None
    assert again(resource).licence == "CC-BY-4.0"  # type: ignore[attr-defined]


def test_a_picture_without_description_is_saved_and_not_published(editor: Person) -> None:
    article = make_article()
    upload = {
        "blocks-TOTAL_FORMS": "2",
        "blocks-1-id": "",
        "blocks-1-article": article.pk,
        "blocks-1-kind": "image",
        "blocks-1-order": "2",
        "blocks-1-focus_x": "50",
        "blocks-1-focus_y": "50",
    }
    save(editor, article, **upload, **{"blocks-1-upload": picture((600, 300))})
    assert ArticleBlock.objects.count() == 1
    block = Draft.objects.get().content["parts"]["blocks"][1]
    assert block["digest"]
    response = editor.client.post(page_of(article), form_values(editor, article, _publish="x"))
    page = response.content.decode()
    assert response.status_code == 200
    assert all(f'id="id_blocks-1-{field}_error"' in page for field in ("alt_sr", "licence"))
    save(editor, article, "_publish", **{"blocks-1-alt_sr": "Плаво", "blocks-1-licence": "own"})
    assert ArticleBlock.objects.get(pk=block["id"]).digest == block["digest"]


def test_a_part_that_is_not_in_the_form_is_checked_too(editor: Person) -> None:
    article = make_article()
    data = form_values(editor, article, _publish="x", title_sr=TITLE)
    ArticleBlock.objects.create(article=article, order=9, kind="image", digest="0" * 64, licence="own")
    page = editor.client.post(page_of(article), data, follow=True).content.decode()
    assert "messagelist" in page
    assert again(article).title_sr == "Вест"  # type: ignore[attr-defined]
    assert not Version.objects.filter(content__title_sr=TITLE).exists()


def test_a_file_of_a_draft_is_stored_and_not_public_until_publication(editor: Person) -> None:
    resource = published_resource()
    upload = {"files-TOTAL_FORMS": "2", "files-1-upload": SimpleUploadedFile("nov.pdf", pdf(), "application/pdf")}
    save(editor, resource, **upload, **{"files-1-label_sr": "Нов"})
    file = ResourceFile.objects.get(name="nov.pdf")
    assert file.removed_at is not None
    assert file.path.exists()
    address = f"/sr/resources/{resource.slug}/files/{file.pk}/"
    assert Client().get(address).status_code == 404
    response = editor.client.get(preview_path(resource, address[1:]))
    assert (response.status_code, response.getvalue()[:4]) == (200, b"%PDF")
    assert [each.name for each in again(resource).files.all()] == ["a.txt"]  # type: ignore[attr-defined]
    delete_orphan_files()
    assert file.path.exists()
    save(editor, resource, "_publish")
    assert Client().get(address).getvalue()[:4] == b"%PDF"


def test_the_files_of_a_discarded_draft_are_erased(editor: Person) -> None:
    resource = published_resource()
    upload = {"files-TOTAL_FORMS": "2", "files-1-upload": SimpleUploadedFile("nov.pdf", pdf(), "application/pdf")}
    save(editor, resource, **upload)
    token = form_values(editor, resource)["opened"]
    assert editor.client.get(page_of(resource, "discard")).status_code == 200
    assert editor.client.post(page_of(resource, "discard"), {"opened": "1"}).status_code == 200
    assert Draft.objects.exists()
    assert editor.client.post(page_of(resource, "discard"), {"opened": token}).status_code == 302
    assert not Draft.objects.exists()
    assert list(ResourceFile.objects.values_list("name", flat=True)) == ["a.txt"]
    assert editor.client.get(page_of(resource, "compare")).status_code == 404
    assert editor.client.get(page_of(resource, "discard")).status_code == 404


def test_a_new_record_is_written_by_an_author_and_published_by_an_editor(editor: Person, author: Person) -> None:
    fields = {"title_sr": "Ново", "summary_sr": "а", "blocks-TOTAL_FORMS": 0, "blocks-INITIAL_FORMS": 0}
    add = "/admin/news/article/add/"
    assert author.client.post(add, fields | {"_publish": "x"}).status_code == 403
    assert author.client.post(add, fields | {"published_at_0": "2026-01-01"}).status_code == 403
    assert author.client.post(add, fields).status_code == 302
    article = Article.objects.get()
    assert article.published_at is None
    # It was never published: its row is the draft.
    save(author, article, title_sr="Новије")
    assert not Draft.objects.exists()
    assert again(article).title_sr == "Новије"  # type: ignore[attr-defined]
    save(editor, article, "_publish")
    now = again(article)
    assert now.published_at is not None
    assert now.published_at <= timezone.now()
    save(author, article, title_sr=TITLE)
    assert again(article).title_sr == "Новије"  # type: ignore[attr-defined]


def test_a_record_that_is_not_public_yet_is_scheduled_itself(editor: Person, author: Person) -> None:
    article = make_article()
    Article.objects.update(published_at=None)
    save(editor, article, "_schedule", publish_at_0="1. 5. 2099.", publish_at_1="8:00")
    assert again(article).published_at == datetime(2099, 5, 1, 6, tzinfo=UTC)
    # An author cannot change what will be published.
    save(author, article, title_sr=TITLE)
    assert again(article).title_sr == "Вест"  # type: ignore[attr-defined]
    save(editor, article, "_publish")
    now = again(article)
    assert (now.title_sr, now.published_at < timezone.now()) == (TITLE, True)  # type: ignore[attr-defined, operator]


def test_a_deleted_record_leaves_no_draft(editor: Person) -> None:
    article = make_article()
    save(editor, article, title_sr=TITLE)
    delete_record(record=article, actor=editor.user, now=timezone.now())
    assert not Draft.objects.exists()
