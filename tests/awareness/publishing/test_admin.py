"""Drafts on the home page of the staff site, with links to the filtered lists."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from awareness.publishing.models import Draft
from awareness.topics.models import Topic
from clicksafely.common.staff import home
from tests.clients.staff import Person, make_staff, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("menu_counts")]
LIST = "/admin/topics/topic/"


@pytest.fixture
def _topics() -> None:
    """A draft, a fresh topic, one due for a check, and drafts of published topics: open, scheduled and refused."""
    now = timezone.now()
    Topic.objects.all().delete()
    author = make_staff("writer", "author")
    published, today = now - timedelta(days=500), timezone.localdate()
    for slug, published_at, checked_on in (
        ("new", None, today),
        ("fresh", published, today),
        ("old", published, today - timedelta(days=400)),
        ("never", published, None),
        ("planned", published, today),
        ("failed", published, today),
    ):
        Topic.objects.create(
            slug=slug, title_sr="Тема", summary_sr="…", published_at=published_at, checked_on=checked_on
        )
    for slug, publish_at, refused_at in (
        ("fresh", None, None),
        ("planned", now + timedelta(days=1), None),
        ("failed", now, now),
    ):
        Draft.objects.create(
            kind="topics.topic",
            object_id=Topic.objects.get(slug=slug).pk,
            based_on=1,
            author=author,
            saved_at=now,
            publish_at=publish_at,
            refused_at=refused_at,
            content={},
        )


def waiting(person: Person) -> dict[str, tuple[str, str]]:
    """Return {label: (number, URL)} of the topics among the waiting work."""
    home.forget_homes()
    person.client.cookies["lang"] = "en"
    page = person.client.get("/admin/").content.decode()
    begin = page.index('aria-labelledby="home-waiting"')
    rows = re.findall(
        r'<a href="([^"]*)"><b>(.*?)</b> <span>(.*?)</span>', page[begin : page.index("</section>", begin)]
    )
    return {label: (number, url) for url, number, label in rows if label.startswith("Topics")}


@pytest.mark.usefixtures("_topics")
def test_open_drafts_are_counted_for_an_editor_with_links_to_lists() -> None:
    editor = signed_in("edita", "editor")
    found = waiting(editor)
    assert found == {
        "Topics: drafts": ("1", f"{LIST}?state=draft"),
        "Topics: drafts of published pages": ("1", f"{LIST}?draft=open"),
    }
    for number, url in found.values():
        list_page = editor.client.get(url).content.decode()
        assert list_page.count('class="action-select"') == int(number), url


@pytest.mark.usefixtures("_topics")
@pytest.mark.parametrize("role", ["author", "analyst"])
def test_drafts_are_not_listed_for_a_user_who_cannot_publish(role: str) -> None:
    assert waiting(signed_in("ana", role)) == {}
