"""Nothing at the hotline makes a sound or moves by itself: no template, script or answer plays anything."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

ROOT = Path(settings.BASE_DIR)
PLAYS = re.compile(
    r"<\s*(video|audio|embed|object|iframe|marquee|bgsound|track|source)\b|\bautoplay\b|new\s+Audio\b|\.play\(|speechSynthesis|\bVibrat",
    re.IGNORECASE,
)
PUBLIC = {"awareness", "games", "quizzes", "news"}
# The preview of published content, in a frame without scripts.
FRAMED = {"templates/staff/forms/live_preview.html"}
SOURCES = sorted(
    path
    for folder, kinds in (("templates", {".html", ".txt"}), ("hotline", {".py"}), ("static/js", {".js"}))
    for path in (ROOT / folder).rglob("*")
    # The public site plays videos, sounds and voices on request only; editors see them in their forms.
    if path.suffix in kinds and not PUBLIC & set(path.relative_to(ROOT).parts)
)


def test_nothing_plays() -> None:
    found = {path.relative_to(ROOT).as_posix(): PLAYS.search(path.read_text()) for path in SOURCES}
    assert len(found) > 500
    assert {path: match[1] for path, match in found.items() if match and path not in FRAMED} == {}
    assert set(found) >= FRAMED


@pytest.mark.parametrize("text", ["<video src=x>", "<AUDIO>", "<img autoplay>", "new Audio('x')", "sound.play()"])
def test_autoplay_is_detected(text: str) -> None:
    assert PLAYS.search(text)


@pytest.mark.django_db
def test_content_security_policy_forbids_media() -> None:
    policy = Client().get("/admin/login/").headers["Content-Security-Policy"]
    assert "media-src 'none'" in policy or ("default-src 'none'" in policy and "media-src" not in policy)
