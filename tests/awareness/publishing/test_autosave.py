"""Unsaved changes of forms of content: kept on the server, restored, discarded, shown to other editors."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin import site
from django.test import Client
from django.utils import timezone

from awareness.news.models import Article
from awareness.publishing.admin_base import PublicationAdmin
from awareness.publishing.models import Draft, Publication
from awareness.quizzes.models import Question
from awareness.topics.models import Topic
from clicksafely.common.models import UnsavedForm
from clicksafely.common.staff import autosave_services
from clicksafely.common.staff.autosave import DISCARD, RESTORE, AutosaveMixin
from clicksafely.common.tasks import erase_unsaved_forms
from tests.awareness.publishing.conftest import page_of
from tests.clients.admin_form import form_data
from tests.clients.staff import Person, signed_in
from tests.database import as_role_of
from tests.factories.publications import RECORDS

pytestmark = pytest.mark.django_db
TYPED = "Откуцано, а несачувано"
ADD = "/admin/news/article/add/"


def fields(person: Person, path: str, **changes: Any) -> dict[str, Any]:
    return form_data(person.client.get(path).content.decode(), **changes)


def autosave(person: Person, record: Publication, **changes: Any) -> Any:
    data = fields(person, page_of(record), title_sr=TYPED, **changes)
    response = person.client.post(page_of(record, "autosave"), data)
    assert response.status_code == 200
    return response.json()


def restore(person: Person, path: str) -> str:
    response = person.client.post(path, {RESTORE: "1"})
    assert response.status_code == 200
    return response.content.decode()


def test_only_forms_of_content_store_unsaved_values() -> None:
    # None of these models has sealed or personal fields.
    models_with_autosave = {model for model, admin in site._registry.items() if isinstance(admin, AutosaveMixin)}
    published = {model for model, admin in site._registry.items() if isinstance(admin, PublicationAdmin)}
    assert models_with_autosave == published | {Question}


def test_typed_text_is_stored_offered_and_restored_without_a_save(editor: Person) -> None:
    record = RECORDS[Article]()
    answer = autosave(editor, record)
    assert answer["saved"]
    assert answer["others"] == ""
    page = editor.client.get(page_of(record)).content.decode()
    assert f'name="{RESTORE}"' in page
    assert TYPED not in page
    page = restore(editor, page_of(record))
    assert f'value="{TYPED}"' in page
    assert f'name="{RESTORE}"' not in page
    stored = Article.objects.get(pk=record.pk)
    assert stored.title_sr != TYPED  # type: ignore[attr-defined]
    assert not Draft.objects.exists()
    # Saved, it is no longer offered.
    assert editor.client.post(page_of(record), form_data(page, _save="x")).status_code == 302
    assert Draft.objects.get().content["title_sr"] == TYPED
    assert not UnsavedForm.objects.exists()


def test_a_new_record_is_stored_and_restored(editor: Person) -> None:
    assert editor.client.post(f"{ADD}autosave/", fields(editor, ADD, title_sr=TYPED)).status_code == 200
    assert f'name="{RESTORE}"' in editor.client.get(ADD).content.decode()
    page = restore(editor, ADD)
    assert f'value="{TYPED}"' in page
    assert not Article.objects.exists()
    data = form_data(page, summary_sr="Укратко.", _save="x")
    assert editor.client.post(ADD, data).status_code == 302
    assert Article.objects.get().title_sr == TYPED  # type: ignore[attr-defined]
    assert not UnsavedForm.objects.exists()


def test_a_save_with_an_error_keeps_the_unsaved_values(editor: Person) -> None:
    topic = RECORDS[Topic]()
    autosave(editor, topic)
    response = editor.client.post(page_of(topic), fields(editor, page_of(topic), title_sr="", _save="x"))
    assert response.status_code == 200
    assert UnsavedForm.objects.get().values["title_sr"] == [TYPED]


def test_neither_tokens_nor_buttons_are_stored(editor: Person) -> None:
    topic = RECORDS[Topic]()
    autosave(editor, topic, _publish="x", csrfmiddlewaretoken="secret", preview_language="en")
    names = set(UnsavedForm.objects.get().values)
    assert "title_sr" in names
    assert names.isdisjoint({"_publish", "csrfmiddlewaretoken", "preview_language"})


def test_discarded_values_are_deleted(editor: Person) -> None:
    topic = RECORDS[Topic]()
    autosave(editor, topic)
    assert editor.client.post(page_of(topic, "autosave"), {DISCARD: "1"}).status_code == 302
    assert not UnsavedForm.objects.exists()
    assert RESTORE not in editor.client.get(page_of(topic)).content.decode()
    # A second window that still shows the offer finds nothing to restore.
    assert editor.client.post(page_of(topic), {RESTORE: "1"}).status_code == 302


def test_two_editors_see_each_other_and_not_the_texts(editor: Person, author: Person) -> None:
    topic = RECORDS[Topic]()
    autosave(editor, topic)
    page = author.client.get(page_of(topic)).content.decode()
    assert "urednica" in page.split('class="autosave-others"')[1].split("</p>")[0]
    assert f'name="{RESTORE}"' not in page
    assert TYPED not in page
    assert "urednica" in author.client.get(page_of(topic, "autosave")).json()["others"]
    answer = autosave(author, topic)
    assert "urednica" in answer["others"]
    assert "autorka" in editor.client.get(page_of(topic, "autosave")).json()["others"]
    UnsavedForm.objects.update(saved_at=timezone.now() - autosave_services.EDITING)
    assert author.client.get(page_of(topic, "autosave")).json()["others"] == ""


def test_restored_text_does_not_overwrite_the_draft_of_another_editor(editor: Person, author: Person) -> None:
    topic = RECORDS[Topic]()
    autosave(editor, topic)
    data = fields(author, page_of(topic), title_sr="Њен наслов", _save="x")
    assert author.client.post(page_of(topic), data).status_code == 302
    page = restore(editor, page_of(topic))
    assert 'class="edit-conflict"' in page
    assert "Њен наслов" in page
    assert f'value="{TYPED}"' in page
    assert Draft.objects.get().content["title_sr"] == "Њен наслов"


def test_an_author_cannot_publish_by_restoring_forged_values(author: Person) -> None:
    topic = RECORDS[Topic]()
    autosave(author, topic, _publish="x", published_at_0="2026-01-01", published_at_1="10:00")
    page = restore(author, page_of(topic))
    assert 'name="published_at_0"' not in page
    assert not Draft.objects.exists()


def test_other_roles_can_neither_store_nor_read(editor: Person) -> None:
    topic = RECORDS[Topic]()
    autosave(editor, topic)
    other = signed_in("druga", "analyst")
    for path in (page_of(topic, "autosave"), "/admin/topics/topic/add/autosave/"):
        assert other.client.post(path, {"title_sr": "x"}).status_code == 403
        assert other.client.get(path).status_code == 403
    assert UnsavedForm.objects.get().values["title_sr"] == [TYPED]
    assert Client().get(page_of(topic, "autosave")).status_code == 302


def test_unknown_records_other_methods_forged_and_huge_requests_are_refused(editor: Person) -> None:
    topic = RECORDS[Topic]()
    path = page_of(topic, "autosave")
    assert editor.client.post("/admin/topics/topic/999999/autosave/", {"title_sr": "x"}).status_code == 404
    assert editor.client.put(path).status_code == 405
    huge = {"do_now_sr": "x" * (autosave_services.MAX_CHARACTERS + 1)}
    assert editor.client.post(path, huge).status_code == 413
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = editor.client.cookies
    assert strict.post(path, {"title_sr": "x"}).status_code == 403
    assert not UnsavedForm.objects.exists()


def test_values_are_erased_after_their_retention_by_the_worker(editor: Person) -> None:
    topic = RECORDS[Topic]()
    autosave(editor, topic)
    UnsavedForm.objects.update(saved_at=timezone.now() - autosave_services.KEPT + timedelta(hours=1))
    with as_role_of("worker"):
        erase_unsaved_forms()
    assert UnsavedForm.objects.exists()
    UnsavedForm.objects.update(saved_at=timezone.now() - autosave_services.KEPT)
    with as_role_of("worker"):
        erase_unsaved_forms()
    assert not UnsavedForm.objects.exists()
