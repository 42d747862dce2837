"""Guides: published only when an editor has checked each step, and due for a check again after half a year."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone

from awareness.library.enums import ResourceKind
from awareness.library.models import Resource
from awareness.publishing.bulk_actions import publish_stored
from awareness.publishing.selectors import count_content
from clicksafely.common.exceptions import ActionRefused
from tests.clients.page_reader import PageReader
from tests.clients.staff import Person, signed_in
from tests.factories.library import make_resource

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> Person:
    person = signed_in("vesna", "editor")
    person.client.cookies["lang"] = "en"
    return person


def make_guide(slug: str, days: int | None, **values: object) -> Resource:
    """A guide that was checked so many days ago."""
    checked = None if days is None else timezone.localdate() - timedelta(days=days)
    return make_resource(slug, kind=ResourceKind.GUIDE, checked_on=checked, **values)


def test_an_unchecked_guide_cannot_be_published(editor: Person) -> None:
    guide = make_guide("snap", None, published_at=None)
    with pytest.raises(ActionRefused):
        publish_stored(record=guide, actor=editor.user, now=timezone.now())
    assert Resource.objects.get().published_at is None
    form = PageReader(editor.client.get(f"/admin/library/resource/{guide.pk}/change/").content.decode())
    assert form.all("input", name="checked_on")
    guide.checked_on = timezone.localdate()
    guide.save()
    publish_stored(record=guide, actor=editor.user, now=timezone.now())
    guide.refresh_from_db()
    assert guide.published_at is not None


def test_the_database_refuses_it_too() -> None:
    with pytest.raises(IntegrityError, match="resource_guide_published_when_checked"):
        make_guide("snap", None, published_at=timezone.now())


def test_visitors_read_the_day_of_the_check_and_not_the_note(client: Client) -> None:
    make_guide("snap", 3, approval_note_sr="Белешка", approval_note_en="A remark")
    page = PageReader(client.get("/en/resources/snap/").content.decode()).text
    assert "Checked" in page
    assert "A remark" not in page


def test_a_guide_is_due_after_half_a_year_and_a_leaflet_after_a_year(editor: Person) -> None:
    make_guide("fresh", 181)
    due = make_guide("due", 184)
    make_resource("leaflet", kind="leaflet", checked_on=timezone.localdate() - timedelta(days=184))
    list_page = PageReader(editor.client.get("/admin/library/resource/?checked=due").content.decode())
    assert [box["value"] for box in list_page.all("input", name="_selected_action")] == [str(due.pk)]
    [library] = [kind for kind in count_content(editor.user, timezone.now()) if kind.path.endswith("/resource/")]
    assert library.unchecked == 1
    assert "1 due for a check" in PageReader(editor.client.get("/admin/").content.decode()).text
