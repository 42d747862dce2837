"""The landing page of roles without a work page."""

import pytest

from awareness.topics.models import Topic
from tests.clients.staff import signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("roles", "empty"), [((), True), (("editor",), False), (("auditor",), False)])
def test_home_page_without_sections_has_a_message(roles: tuple[str, ...], empty: bool) -> None:
    client = signed_in("person", *roles).client
    client.cookies["lang"] = "en"
    html = client.get("/admin/").content.decode()
    assert html.count("<p>There is nothing here for your role yet.</p>") == int(empty)
    assert html.count("<caption>") == html.count('class="section"')
    assert (html.count("<caption>") == 0) == empty


def test_a_list_without_rows_explains_why_and_offers_links() -> None:
    client = signed_in("person", "editor").client
    client.cookies["lang"] = "en"
    assert "empty-state" not in client.get("/admin/topics/topic/").content.decode()
    for nothing_fits in ("?q=qwxyz", "?state=withdrawn"):
        html = client.get(f"/admin/topics/topic/{nothing_fits}").content.decode()
        assert "Use fewer or other words, or take away a filter." in html
        assert '<a href="?">Show everything</a>' in html
    Topic.objects.all().delete()
    html = client.get("/admin/topics/topic/").content.decode()
    assert "Use “Add” above to create the first entry." in html
    assert "take away a filter" not in html
