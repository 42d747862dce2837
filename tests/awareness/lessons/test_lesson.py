"""A lesson of 45 minutes: its five parts by topic and grade, missing parts, and one zip file."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client, override_settings
from django.utils import translation

from awareness.lessons.selectors import MATERIALS
from awareness.library import tasks, zip_bundles
from awareness.library.models import Bundle, Resource
from awareness.quizzes.models import Question, Quiz
from awareness.topics.models import Topic
from clicksafely.celery import app
from tests.clients.page_reader import PageReader
from tests.clients.quiz_player import published
from tests.factories import quizzes as quiz_factory
from tests.factories.library import give_file, make_resource

pytestmark = pytest.mark.django_db
KINDS = ("lesson-plan", "worksheet", "presentation", "poster")
LESSON = "/en/lesson/?grade=primary-5-8&topic=phishing"
OWN = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture(autouse=True)
def media(tmp_path: Path) -> Iterator[None]:
    with override_settings(MEDIA_ROOT=tmp_path):
        yield


@pytest.fixture
def topic() -> Topic:
    Resource.objects.all().delete()
    Quiz.objects.all().delete()
    return Topic.objects.get(slug="phishing")


def add(topic: Topic, kind: str, **columns: Any) -> Resource:
    defaults: dict[str, Any] = {"levels": ["primary-5-8"], "audiences": ["educators"], "title_en": f"Our {kind}"}
    found = make_resource(f"our-{kind}", kind=kind, topics=[topic], **(defaults | columns))
    give_file(found)
    return found


def main(client: Client, address: str = LESSON) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    assert not answer.cookies
    return str(answer.content.decode().partition("<main")[2].partition("</main")[0])


def test_the_five_parts_are_on_one_page(client: Client, topic: Topic) -> None:
    for kind in KINDS:
        add(topic, kind, use_in_class_en=f"<p>Use the {kind}.</p>")
    published()
    page = main(client)
    for kind in KINDS:
        assert f"Our {kind}" in page
        assert f"Use the {kind}." in page
    assert "/en/class/open/proba/" in page
    assert "yet." not in page
    # The print also has the questions and their key.
    assert "Питање (en)" in page
    links = [link["href"] for link in PageReader(page).all("a") if "/en/resources/" in link["href"]]
    slugs = "&".join(f"r=our-{kind}" for kind in KINDS)
    assert [link for link in links if "?r=" in link] == [f"/en/resources/basket/?{slugs}&add=1"]


def test_what_is_missing_is_named(client: Client, topic: Topic) -> None:
    add(topic, "poster")
    page = main(client)
    with translation.override("en"):
        assert [each.kind for each in MATERIALS if str(each.missing) not in page] == ["poster"]
    assert "Quiz on paper" not in page


def test_materials_and_quizzes_for_others_are_left_out(client: Client, topic: Topic) -> None:
    add(topic, "poster", levels=["secondary"])
    add(topic, "worksheet", audiences=["parents"])
    add(topic, "lesson-plan", published_at=None)
    page = main(client)
    assert [kind for kind in KINDS if f"Our {kind}" in page] == []
    published()
    assert "/class/open/" not in main(client, "/en/lesson/?grade=secondary&topic=phishing")


def pack(client: Client, address: str) -> dict[str, str]:
    """Press the button of the lesson page. Return the texts of the files in the zip file, by name."""
    [form] = re.findall(r'<form method="post" action="([^"]+)">', main(client, address))
    answer = client.post(form.replace("&amp;", "&"), headers=OWN)
    assert answer.status_code == 303
    bundle = Bundle.objects.latest("pk")
    tasks.make_bundle(bundle_id=bundle.pk)
    response = client.get(f"/en/resources/bundles/{bundle.key}/file/")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(response)))  # type: ignore[arg-type]
    return {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}


def test_one_press_makes_one_zip_with_contents_and_quiz(
    client: Client, topic: Topic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "send_task", lambda name, **options: None)
    for kind in reversed(KINDS):
        give_file(add(topic, kind), "čas list.txt", language="sr-Cyrl")
    published()
    files = pack(client, LESSON.replace("/en/", "/sr-latn/"))
    contents, offline, paper = "Sadržaj časa.html", "Kviz za čas.html", "Kviz na papiru sa rešenjima.html"
    assert list(files)[:4] == ["LICENCES.txt", contents, offline, paper]
    assert "http://testserver/sr-latn/quizzes/proba/" in files["LICENCES.txt"]
    page = PageReader(files[contents])
    links = [unquote(link["href"]) for link in page.all("a")]
    # Each link leads to a file, in the order of the lesson; the last one is the address of the quiz.
    assert sorted(links[:-1]) == sorted(files.keys() - {"LICENCES.txt", contents})
    assert list(dict.fromkeys(link.partition("/")[0] for link in links[:-1])) == [
        "our-lesson-plan", offline, paper, "our-worksheet", "our-presentation", "our-poster"
    ]  # fmt: skip
    assert links[-1] == "http://testserver/sr-latn/quizzes/proba/"
    sheet, _key, key = files[paper].partition('class="worksheet worksheet-key"')
    assert ("Zato (sr)" in sheet, "Zato (sr)" in key) == (False, True)
    assert 'id="quiz-data"' in files[offline]
    for name in (contents, offline, paper):
        assert '<html lang="sr-Latn">' in files[name]
        assert not re.search("[а-шА-Ш]", PageReader(files[name]).text), name


def test_a_changed_quiz_is_another_zip_and_the_pages_are_erased_with_it(
    client: Client, topic: Topic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "send_task", lambda name, **options: None)
    published()
    pack(client, LESSON)
    first = Bundle.objects.get()
    Question.objects.update(text_en="Another question")
    assert "Another question" in pack(client, LESSON)["Quiz on paper with the key.html"]
    assert first.pages_path.exists()
    zip_bundles.delete_bundle(first)
    assert not first.pages_path.exists()


def test_a_full_disk_is_an_error_on_the_page(
    client: Client, topic: Topic, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(app, "send_task", lambda name, **options: None)
    add(topic, "poster")
    folder = tmp_path / "library-bundles"
    folder.write_text("a file where the folder should be")
    ask = partial(client.post, LESSON.replace("/lesson/", "/lesson/zip/"), headers=OWN)
    assert "not enough space" in client.get(ask()["Location"]).content.decode()
    folder.unlink()
    ask()
    assert Bundle.objects.get().state == "waiting"


def test_pages_that_were_stored_in_part_fail_the_zip(
    client: Client, topic: Topic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "send_task", lambda name, **options: None)
    add(topic, "poster")
    client.post(LESSON.replace("/lesson/", "/lesson/zip/"), headers=OWN)
    bundle = Bundle.objects.get()
    bundle.pages_path.write_bytes(bundle.pages_path.read_bytes()[:-2])
    tasks.make_bundle(bundle_id=bundle.pk)
    bundle.refresh_from_db()
    assert bundle.state == "failed"
    assert not bundle.path.exists()
    assert "Contents of the lesson.html" in pack(client, LESSON)


def test_a_zip_that_is_too_large_is_refused_on_the_page(
    client: Client, topic: Topic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zip_bundles, "MAX_BUNDLE_BYTES", 3)
    add(topic, "poster")
    answer = client.post(LESSON.replace("/lesson/", "/lesson/zip/"), headers=OWN)
    assert answer.status_code == 422
    assert "too much for one zip" in answer.content.decode()


def test_a_zip_needs_a_lesson_and_the_form_of_this_site(client: Client) -> None:
    query = "grade=x&topic=phishing"
    address = f"/en/lesson/zip/?{query}"
    for answer in (client.get(address), client.post(address, headers=OWN)):
        assert (answer.status_code, answer["Location"]) == (302, f"/en/lesson/?{query}")
    assert client.post(address, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert not Bundle.objects.exists()


def test_without_both_choices_there_is_a_form_only(client: Client) -> None:
    for query in ("", "grade=primary-5-8", "topic=phishing", "grade=x&topic=phishing", "grade=%FF&topic=%00"):
        page = main(client, f"/en/lesson/?{query}")
        assert 'name="topic"' in page
        assert "lesson-parts" not in page, query


def test_a_plan_comes_with_its_own_parts_and_quiz(client: Client, topic: Topic) -> None:
    """Newer materials, a newer plan without parts and a newer quiz on the same topic do not replace them."""
    worksheet, poster = (add(topic, kind) for kind in ("worksheet", "poster"))
    plan = add(topic, "lesson-plan")
    plan.parts.set([worksheet, poster])
    plan.quiz = published()
    plan.save()
    newer = published(replace(quiz_factory.QUIZ, slug="novi"))
    for kind in ("worksheet", "poster", "lesson-plan"):
        found = make_resource(
            f"newer-{kind}", kind=kind, topics=[topic], levels=["primary-5-8"], audiences=["educators"]
        )
        Resource.objects.filter(pk=found.pk).update(published_at=plan.published_at + timedelta(hours=1))
    page = main(client)
    assert "newer-" not in page
    # The start page lists lessons with all their parts.
    assert "Ready lessons" not in main(client, "/en/lesson/")
    assert "/class/open/proba/" in page
    Quiz.objects.filter(pk=plan.quiz.pk).delete()
    assert f"/class/open/{newer.slug}/" in main(client)
