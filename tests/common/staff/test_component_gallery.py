"""The component gallery: staff only, and complete."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from clicksafely.common.illustrations import AVAILABLE_ILLUSTRATIONS, FOLDERS
from clicksafely.common.staff.component_gallery import COLOURS, DRAWINGS, POSES, gallery
from tests.clients.page_reader import PageReader

COMPONENTS = Path(settings.BASE_DIR, "templates", "components")
# Parts of the base template, of self-rendering forms, and of drawings.
FRAME = {
    "language_buttons",
    "gallery",
    "site_header",
    "menu_item",
    "site_footer",
    "site_logo",
    "language_switch",
    "head_links",
    "font_preload",
    "proof_of_work",
    "honeypot",
    "demonstration_notice",
}


@pytest.mark.django_db
def test_gallery_requires_sign_in(client: Client) -> None:
    response = client.get("/admin/gallery/")
    assert (response.status_code, response.headers["Location"]) == (302, "/admin/login/?next=/admin/gallery/")


def test_every_component_is_in_it() -> None:
    components = set(re.findall(r'include "components/(\w+)\.html"', (COMPONENTS / "gallery.html").read_text()))
    assert components == {path.stem for path in COMPONENTS.glob("*.html")} - FRAME


def test_every_component_documents_its_parameters() -> None:
    heads = {path.name: path.read_text()[:100] for path in COMPONENTS.glob("*.html") if path.stem != "gallery"}
    assert [name for name, head in heads.items() if "{#" not in head] == []


@pytest.mark.django_db
def test_it_renders_with_every_pose_and_every_mistake() -> None:
    html = gallery(RequestFactory().get("/admin/gallery/")).content.decode()
    assert [pose for pose in POSES if f"klik-{pose}.svg" in html] == list(POSES)
    assert html.count('class="invalid-feedback"') == 5
    assert 'role="alert"' in html
    assert "{{" not in html
    assert "{%" not in html
    assert "style=" not in html


@pytest.mark.django_db
def test_its_links_lead_somewhere_and_no_id_is_there_twice() -> None:
    reader = PageReader(gallery(RequestFactory().get("/admin/gallery/")).content.decode())
    ids = reader.ids()
    assert sorted(ids) == sorted(set(ids))
    assert {each["href"][1:] for each in reader.all("a") if each.get("href", "").startswith("#")} <= set(ids)


@pytest.mark.django_db
def test_it_shows_every_drawing_colour_and_icon() -> None:
    html = gallery(RequestFactory().get("/admin/gallery/")).content.decode()
    assert tuple(DRAWINGS) == FOLDERS
    assert [name for name in AVAILABLE_ILLUSTRATIONS if f"img/{name}.svg" not in html] == []
    tokens = Path(settings.BASE_DIR, "static", "css", "tokens.css").read_text()
    assert set(COLOURS) == set(re.findall(r"--([\w-]+): #", tokens))
    assert [name for name in COLOURS if f'fill="var(--{name})"' not in html] == []
    icons = re.findall(r'symbol id="(\w+)"', Path(settings.BASE_DIR, "static", "img", "icons.svg").read_text())
    assert [name for name in icons if f'icons.svg#{name}"' not in html] == []


def test_every_pose_is_drawn() -> None:
    assert {path.stem for path in Path(settings.BASE_DIR, "static", "img").glob("klik-*.svg")} == {
        f"klik-{pose}" for pose in POSES
    }


def test_the_tag_of_a_card_is_the_component() -> None:
    for context in ({"label": "Игра & квиз"}, {"label": "News", "wash": "lilac"}):
        tag = render_to_string("components/tag.html", context).strip()
        assert tag in render_to_string("components/card.html", {"title": "A", "tag": context["label"], **context})
