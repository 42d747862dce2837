"""Illustrations and icons: complete, small, in one style, and without text."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from awareness.publishing.models import Publication
from clicksafely.common.illustrations import AVAILABLE_ILLUSTRATIONS, FOLDERS, illustration_of_prefix
from clicksafely.common.templatetags.illustrations import illustration
from tests.awareness.seed import TOPICS

BASE = Path(settings.BASE_DIR)
IMAGES = BASE / "static" / "img"
PICTURES = sorted(path for folder in FOLDERS for path in (IMAGES / folder).glob("*.svg"))
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
