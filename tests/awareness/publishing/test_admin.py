"""Drafts on the home page of the staff site, with links to the filtered lists."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from awareness.publishing.models import Draft
from awareness.topics.models import Topic
from clicksafely.common.staff import home
from tests.clients.staff import Person, make_staff, signed_in
from tests.factories.publications import PUBLICATIONS

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
def test_drafts_are_not_listed_for_a_user_who_cannot_publish() -> None:
    assert waiting(signed_in("ana", "author")) == {}


@pytest.mark.usefixtures("_topics")
def test_the_menu_has_the_sum_of_the_numbers_of_the_home_page() -> None:
    for person, number in ((signed_in("edita", "editor"), 3), (signed_in("ana", "author"), 1)):
        assert (
            f"</span>{number}</span></a>"
            in person.client.get(LIST)
            .content.decode()
            .partition(f'<a href="{LIST}" aria-current="page">')[2]
            .partition("</li>")[0]
        )


@pytest.mark.usefixtures("_topics")
@pytest.mark.parametrize("role", ["events", "analyst"])
def test_no_work_on_topics_is_listed_for_roles_that_cannot_change_them(role: str) -> None:
    assert waiting(signed_in("mara", role)) == {}


@pytest.mark.usefixtures("_topics")
def test_a_kind_is_counted_by_one_query_and_its_scheduled_pages_by_another() -> None:
    editor = signed_in("edita", "editor")
    with CaptureQueriesContext(connection) as queries:
        assert editor.client.get("/admin/").status_code == 200
    counted = [query["sql"] for query in queries if "COUNT(" in query["sql"]]
    for model in PUBLICATIONS:
        found = [sql for sql in counted if f'FROM "{model._meta.db_table}"' in sql]
        assert len(found) == 2, (model, found)
