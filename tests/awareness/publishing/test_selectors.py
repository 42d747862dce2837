"""Counts of publications on the editors' dashboard."""

from datetime import timedelta

import pytest
from django.utils import timezone

from awareness.publishing.models import Draft
from awareness.publishing.selectors import count_content
from awareness.topics.models import Topic
from tests.clients.page_reader import PageReader
from tests.clients.staff import signed_in

pytestmark = pytest.mark.django_db


def test_each_kind_is_counted_by_its_state_and_leads_to_its_list() -> None:
    editor = signed_in("vesna", "editor")
    now = timezone.now()
    Topic.objects.all().delete()
    for slug, published, withdrawn, english in (
        ("draft", None, None, "Draft"),
        ("planned", now + timedelta(days=1), None, "Planned"),
        ("here", now - timedelta(days=2), None, "Here"),
        ("here-too", now - timedelta(days=2), now + timedelta(days=2), ""),
        ("gone", now - timedelta(days=2), now - timedelta(days=1), ""),
    ):
        Topic.objects.create(
            slug=slug, title_sr="Тема", title_en=english, summary_sr="…", published_at=published, withdrawn_at=withdrawn
        )
    for slug, refused in (("here", None), ("here-too", now)):
        Draft.objects.create(
            kind="topics.topic",
            object_id=Topic.objects.get(slug=slug).pk,
            based_on=1,
            author=editor.user,
            saved_at=now,
            publish_at=refused,
            refused_at=refused,
            content={},
        )
    [topics] = [kind for kind in count_content(editor.user, now) if kind.path.endswith("/topic/")]
    assert (topics.drafts, topics.scheduled, topics.published, topics.only_serbian) == (1, 1, 2, 1)
    assert (topics.with_draft, topics.refused) == (2, 1)
    editor.client.cookies["lang"] = "en"
    page = PageReader(editor.client.get("/admin/").content.decode())
    links = {link["href"] for link in page.all("a") if link.get("href", "").startswith(topics.path)}
    assert {f"{topics.path}?state={state}" for state in ("published", "draft", "scheduled")} <= links
    assert {f"{topics.path}?draft={draft}" for draft in ("yes", "refused")} <= links
    for state, count in (("published", 2), ("draft", 1), ("scheduled", 1)):
        list_page = editor.client.get(f"{topics.path}?state={state}").content.decode()
        assert list_page.count('class="field-title') + list_page.count('class="field-__str__') == count, state


def test_others_are_shown_none_of_it() -> None:
    person = signed_in("mila", "analyst")
    assert count_content(person.user, timezone.now()) == []
