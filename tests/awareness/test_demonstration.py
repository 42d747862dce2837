"""Demonstration content of the public site: usable resources and complete news, loaded once."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from awareness.library.editor_hints import resource_hints
from awareness.library.models import Resource
from awareness.library.thumbnails import cover_path
from awareness.news.editor_hints import article_hints
from awareness.news.models import Article, BlockKind
from awareness.publishing.models import Version
from awareness.publishing.versions import serialize_record
from clicksafely.accounts.models import User
from clicksafely.common.serbian.scripts import to_script


@pytest.mark.django_db
def test_the_demonstration(
    settings: Any, tmp_path: Path, client: Client, subtests: pytest.Subtests, capsys: pytest.CaptureFixture[str]
) -> None:
    """The demonstration, loaded once for all tests."""
    settings.MEDIA_ROOT = tmp_path
    User.objects.create(username="editor")
    call_command("load_demo", "library", "news", "contacts")
    output = capsys.readouterr().out
    assert "Demonstration resources: 15 of 15" in output
    assert "Demonstration news: 11 of 11" in output
    with subtests.test("resources"):
        resources_are_whole(client)
    with subtests.test("files"):
        files_have_the_language_of_their_name()
    with subtests.test("news"):
        news_are_whole(client)
    with subtests.test("contacts"):
        the_contact_page_has_example_addresses(client)
    with subtests.test("again"):
        before = Version.objects.count()
        call_command("load_demo", "library", "news")
        assert (Resource.objects.count(), Article.objects.count(), Version.objects.count()) == (15, 11, before)
        assert "data exists already" in capsys.readouterr().out


def the_contact_page_has_example_addresses(client: Client) -> None:
    html = client.get("/en/contact/").content.decode()
    assert set(re.findall(r'href="mailto:([^"]+)"', html)) == {
        "centar@example.org",
        "prijave@example.org",
        "panel@example.org",
    }


def resources_are_whole(client: Client) -> None:
    for resource in Resource.objects.all():
        assert resource_hints(resource) == []
        version = Version.objects.get(kind="library.resource", object_id=resource.pk)
        assert len(version.content["parts"]["files"]) == resource.files.count() >= 2
        assert set(version.content) == set(serialize_record(resource))
        for language in ("sr", "sr-latn", "en"):
            assert client.get(f"/{language}/resources/{resource.slug}/").status_code == 200
        for file in resource.files.filter(has_preview=True):
            assert cover_path(file).exists()
    assert client.get("/en/resources/?topic=phishing&type=lesson-plan").content.count(b'class="card-cover"') == 1
    assert Resource.objects.get(slug="poruka-koja-zuri-plan-casa").parts.count() == 1


def files_have_the_language_of_their_name() -> None:
    for resource in Resource.objects.all():
        for file in resource.files.all():
            data = file.path.read_bytes()
            code = re.search(r"-(sr-latn|sr|en)\.", file.name)[1]  # type: ignore[index]
            languages = {"sr": "sr-Cyrl", "sr-latn": "sr-Latn", "en": "en"}
            assert languages[code] in {resource.language, *resource.other_languages}
            title = to_script(resource.title_en if code == "en" else resource.title_sr, code)
            if file.media_type != "application/pdf":
                continue
            text = _of_pdf(data)
            assert " ".join(title.split()) in text
            assert ("Кликни безбедно" in text, "Klikni bezbedno" in text) == (code == "sr", code == "sr-latn")


def _of_pdf(data: bytes) -> str:
    with pypdfium2.PdfDocument(data) as document:
        return " ".join(" ".join(page.get_textpage().get_text_bounded() for page in document).split())


def news_are_whole(client: Client) -> None:
    now = timezone.now()
    states = [str(article.state_at(now)) for article in Article.objects.all()]
    assert sorted(states) == ["draft", *["published"] * 9, "scheduled"]
    for article in Article.objects.visible(now):
        assert article_hints(article) == []
        assert {block.kind for block in article.blocks.all()} >= {BlockKind.TEXT, BlockKind.IMAGE, BlockKind.QUESTION}
        for language in ("sr", "sr-latn", "en"):
            page = client.get(f"/{language}/news/{article.slug}/")
            assert page.status_code == 200
    planned = Article.objects.exclude(published_at=None).get(published_at__gt=now)
    assert planned.changed_at <= now < planned.published_at < now + timedelta(days=8)  # type: ignore[operator]
    assert client.get(f"/sr/news/{planned.slug}/").status_code == 404
    kinds = {kind for article in Article.objects.all() for kind in article.blocks.values_list("kind", flat=True)}
    assert kinds == {"text", "image", "callout", "file", "question"}
    whole = client.get("/sr/news/roditeljski-sastanak-koji-ne-plasi/").content.decode()
    assert ".pdf" in whole
