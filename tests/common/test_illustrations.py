"""Illustrations and icons: complete, small, in one style, and without text."""

import json
import re
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from django.apps import apps
from django.conf import settings
from PIL import Image

from awareness.publishing.models import Publication
from clicksafely.common.illustrations import AVAILABLE_ILLUSTRATIONS, FOLDERS, illustration_of_prefix
from clicksafely.common.templatetags.illustrations import illustration
from tests.awareness.seed import TOPICS
from tests.cases import failed_cases

BASE = Path(settings.BASE_DIR)
IMAGES = BASE / "static" / "img"
PICTURES = sorted(path for folder in FOLDERS for path in (IMAGES / folder).glob("*.svg"))
# The palette of the style.
PALETTE = {
    *("#0b5563", "#137a8b", "#4ab8c6", "#6fd3df", "#ffc845", "#f2ae1c", "#ff8a78", "#ffab9d", "#ff6b57"),
    *("#ffe3b8", "#e9c08a", "#1b1f3b", "#2b3160", "#fffaf2", "#fff", "#d9cdb8", "#7d7fa5", "#9a7fd6", "#d8f0ea"),
    # Backgrounds, of which a third is visible.
    *("#5aa9e6", "#4fc9a0", "#ff9d6b"),
}
# Illustrations referred to by name, and those selected by an error status or a page type.
KINDS = {
    model._meta.model_name for model in apps.get_models() if issubclass(model, Publication) and not model.is_permanent
}
ERRORS = {"400", "403", "404", "413", "429", "500", "503"}

pytestmark = pytest.mark.texts


def test_every_topic_game_kit_article_kind_and_error_has_its_own() -> None:
    games = {path.stem for path in (BASE / "awareness/seed/games").glob("*.json")}
    for folder in ("kits", "news"):
        slugs = {path.stem.partition("-")[2] for path in (BASE / "awareness/seed" / folder).glob("*-*.yaml")}
        assert {path.stem for path in PICTURES if path.parent.name == folder} == slugs
    assert {f"topics/{topic.slug}" for topic in TOPICS} | {f"games/{slug}" for slug in games} <= AVAILABLE_ILLUSTRATIONS
    assert {name for name in AVAILABLE_ILLUSTRATIONS if name.startswith("kinds/")} == {
        f"kinds/{kind}" for kind in KINDS
    }
    assert {f"scenes/{error}" for error in ERRORS} <= AVAILABLE_ILLUSTRATIONS
    assert len(AVAILABLE_ILLUSTRATIONS) >= 24
    assert [count for count in Counter(path.read_bytes() for path in PICTURES).values() if count > 1] == []


def test_every_scene_is_shown_somewhere() -> None:
    templates = "".join(path.read_text() for path in (BASE / "templates").rglob("*.html"))
    shown = set(re.findall(r'scenes/([\w-]+)\.svg|scene="([\w-]+)"', templates))
    assert {name for pair in shown for name in pair if name} >= {
        path.stem for path in PICTURES if path.parent.name == "scenes"
    }


def test_a_picture_is_small_without_text_and_in_the_palette() -> None:
    def check(path: Path) -> None:
        assert path.stat().st_size <= 4096
        drawn = ET.parse(path).getroot()  # noqa: S314 (our own file)
        assert {element.tag.rpartition("}")[2] for element in drawn.iter()}.isdisjoint(
            {"text", "title", "image", "script", "style", "foreignObject"}
        )
        assert set(re.findall(r"#[0-9a-f]{3,6}", path.read_text())) <= PALETTE
        _x, _y, width, height = (float(number) for number in drawn.attrib["viewBox"].split())
        assert (width, height) == ((480, 240) if path.stem == "home" else (160, 120))

    assert failed_cases(check, PICTURES) == {}


def test_drawings_obey_the_content_security_policy() -> None:
    drawings = list((BASE / "static").rglob("*.svg"))
    assert len(drawings) > len(PICTURES)
    refused = re.compile(r"<script|style=|<style|href=\"http|\son\w+=")
    assert [path for path in drawings if refused.search(path.read_text())] == []


def test_missing_illustration_falls_back() -> None:
    assert illustration("games", "lock-it", "kinds", "game").endswith("games/lock-it.svg")
    assert illustration("games", "made-by-an-editor", "kinds", "game").endswith("kinds/game.svg")
    assert illustration("games", "../klik-hello", "kinds", "") == ""


def test_the_parts_of_a_kit_have_its_illustration() -> None:
    assert illustration_of_prefix("kits", "pet-prekidaca-radni-list") == "pet-prekidaca"
    assert [illustration_of_prefix("kits", slug) for slug in ("pet-prekidaca", "pet-prekidacaa", "drugo")] == [""] * 3


def test_the_manifest_names_icons_that_are_there() -> None:
    manifest = json.loads((IMAGES / "site.webmanifest").read_text())
    assert (manifest["name"], manifest["lang"]) == ("Кликни безбедно", "sr-Cyrl")
    for icon in manifest["icons"]:
        path = IMAGES / icon["src"]
        if path.suffix == ".png":
            with Image.open(path) as picture:
                assert "x".join(map(str, picture.size)) == icon["sizes"]
    assert {icon.get("purpose") for icon in manifest["icons"]} >= {"any", "maskable"}


def test_the_masked_icon_keeps_its_pointer() -> None:
    """The area that a mask may cut off, outside a circle of 80 % (W3C, maskable icons), contains only background."""
    with Image.open(IMAGES / "icon-512.png") as picture:
        points = picture.convert("RGB")
    ground = points.getpixel((0, 0))
    outside = [
        points.getpixel((x, y))
        for x in range(0, 512, 4)
        for y in range(0, 512, 4)
        if (x - 256) ** 2 + (y - 256) ** 2 > (0.4 * 512) ** 2
    ]
    assert set(outside) == {ground}
