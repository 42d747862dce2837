"""Draft topics: loaded unpublished with a note, published after approval, shown and marked in a demonstration."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copy

import pytest
import yaml
from django.core.management import call_command
from django.test import Client, override_settings
from django.utils import timezone
from django.utils.translation import override

from awareness.library.models import Resource
from awareness.publishing.bulk_actions import publish_stored
from awareness.topics.content import KINDS, SEED
from awareness.topics.models import Topic
from awareness.topics.search_index import topic_document
from clicksafely.common.content.loader import ContentKind, load_content
from clicksafely.common.exceptions import ActionRefused
from clicksafely.common.page_cache import content_version
from tests.clients.page_reader import PageReader
from tests.clients.previews import preview
from tests.clients.staff import Person, signed_in

pytestmark = pytest.mark.django_db

FOLDER = SEED / "topics" / "topics"
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
MARK = "This text is a draft: the Centre has not approved it yet."


@pytest.fixture
def kind(tmp_path: Path) -> ContentKind:
    """A folder with one draft topic whose sources were checked."""
    topic = yaml.safe_load((FOLDER / "01-phishing.yaml").read_text("utf-8")) | {
        "slug": "nacrt",
        "draft": True,
        "checked_on": "2026-02-03",
        "law_sr": "Члан 301.",
        "law_en": "Article 301.",
        "approval_note_sr": "Проверите члан 301.",
        "approval_note_en": "Check article 301.",
    }
    (tmp_path / "topic.yaml").write_text(yaml.safe_dump(topic, allow_unicode=True), "utf-8")
    copy(FOLDER / "schema.yaml", tmp_path)
    [topics] = [kind for kind in KINDS if kind.model == "topics.topic"]
    return ContentKind(**vars(topics) | {"files": tmp_path})


def load(kind: ContentKind) -> Topic:
    *_, result = load_content([kind], now=NOW)
    assert result.kept_rows == []
    return Topic.objects.get(slug="nacrt")


@pytest.fixture
def editor() -> Person:
    person = signed_in("vesna", "editor")
    person.client.cookies["lang"] = "en"
    return person


def test_a_draft_is_loaded_unpublished_and_a_second_run_changes_nothing(kind: ContentKind, client: Client) -> None:
    topic = load(kind)
    assert (topic.published_at, topic.needs_approval, str(topic.checked_on)) == (None, True, "2026-02-03")
    assert (topic.law_sr, topic.law_en) == ("<p>Члан 301.</p>", "<p>Article 301.</p>")  # type: ignore[attr-defined]
    assert client.get("/en/topics/nacrt/").status_code == 404
    assert load(kind).revision == topic.revision


def test_the_form_shows_the_note_and_publishing_needs_approval(kind: ContentKind, editor: Person) -> None:
    topic = load(kind)
    form = f"/admin/topics/topic/{topic.pk}/change/"
    page = editor.client.get(form).content.decode()
    assert "Check article 301." in page
    assert "Проверите члан 301." in page
    reader = PageReader(page)
    assert "checked" in reader.all("input", name="needs_approval")[0]
    with pytest.raises(ActionRefused) as refused, override("en"):
        publish_stored(record=topic, actor=editor.user, now=NOW)
    assert "Approve the text before you publish it." in str(refused.value.faults[0].message)
    topic.refresh_from_db()
    assert topic.published_at is None


def test_a_demonstration_shows_drafts_and_marks_them(kind: ContentKind, client: Client) -> None:
    load(kind)
    call_command("load_demo", "topics")
    assert MARK in PageReader(client.get("/en/topics/nacrt/").content.decode()).text
    assert MARK not in PageReader(client.get("/en/topics/phishing/").content.decode()).text
    list_page = PageReader(client.get("/en/topics/").content.decode())
    assert list_page.words.count("draft") == Topic.objects.filter(needs_approval=True).count()
    # The loader still corrects its text.
    assert load(kind).published_at is not None


UNCHECKED = "Draft: awaiting the Centre's legal check."


def test_the_public_page_leaves_out_an_unchecked_box_on_the_law(client: Client, writer: Person) -> None:
    Topic.objects.update(law_en="<p>Article 301 of some law.</p>", checked_on=None)
    topic = Topic.objects.get(slug="phishing")
    content_version.bump()

    def shown_parts(page: PageReader) -> tuple[bool, bool, bool]:
        return bool(page.all("a", href="#law")), "Article 301" in page.text, UNCHECKED in page.text

    def page() -> PageReader:
        return PageReader(client.get("/en/topics/phishing/").content.decode())

    assert shown_parts(page()) == (False, False, False)
    assert "Article 301" not in topic_document(topic).words["en"].body
    assert shown_parts(PageReader(preview(writer, topic, "en/topics/phishing/"))) == (True, True, True)
    with override_settings(DEMO=True):
        assert shown_parts(page()) == (True, True, True)
    Topic.objects.filter(pk=topic.pk).update(checked_on="2026-02-03")
    content_version.bump()
    assert shown_parts(page()) == (True, True, False)
    topic.refresh_from_db()
    assert "Article 301" in topic_document(topic).words["en"].body


def test_editors_filter_topics_not_checked_within_a_year(editor: Person) -> None:
    today = timezone.now().date()
    Topic.objects.update(checked_on=today - timedelta(days=364))
    Topic.objects.filter(slug="csam").update(checked_on=today - timedelta(days=367))
    Topic.objects.filter(slug="phishing").update(checked_on=None)
    expected = {"due": {"csam", "phishing"}, "never": {"phishing"}}
    for choice, slugs in expected.items():
        page = PageReader(editor.client.get(f"/admin/topics/topic/?checked={choice}").content.decode())
        rows = {box["value"] for box in page.all("input", name="_selected_action")}
        assert rows == {str(pk) for pk in Topic.objects.filter(slug__in=slugs).values_list("pk", flat=True)}
    Resource.objects.create(slug="list", title_sr="Лист", summary_sr="…", kind="worksheet", language="sr-Cyrl")
    home = PageReader(editor.client.get("/admin/").content.decode())
    links = {link["href"] for link in home.all("a") if "?checked=due" in link.get("href", "")}
    assert links >= {f"/admin/{kind}/?checked=due" for kind in ("topics/topic", "library/resource")}
