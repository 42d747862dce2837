"""A lesson of 45 minutes: its five parts by topic and grade, missing parts, and one zip file."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from awareness.lessons.selectors import MATERIALS
from awareness.library import tasks
from awareness.library.models import Bundle, Resource
from awareness.quizzes.models import Quiz
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


@pytest.fixture
def topic() -> Topic:
    Resource.objects.all().delete()
    Quiz.objects.all().delete()
    return Topic.objects.get(slug="phishing")


def add(topic: Topic, kind: str, **columns: Any) -> Resource:
    given: dict[str, Any] = {"levels": ["primary-5-8"], "audiences": ["educators"], "title_en": f"Our {kind}"}
    found = make_resource(f"our-{kind}", kind=kind, topics=[topic], **(given | columns))
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


def test_only_putting_the_lesson_into_the_basket_changes_the_basket(client: Client, topic: Topic) -> None:
    for kind in KINDS:
        add(topic, kind)
    links = [link["href"] for link in PageReader(main(client)).all("a") if "/en/resources/" in link["href"]]
    assert [f"/en/resources/our-{kind}/" in links for kind in KINDS] == [True] * len(KINDS)
    slugs = "&".join(f"r=our-{kind}" for kind in KINDS)
    assert [link for link in links if "?r=" in link] == [f"/en/resources/basket/?{slugs}&add=1"]


@pytest.mark.parametrize("missing", KINDS)
def test_a_missing_kind_is_named(missing: str, client: Client, topic: Topic) -> None:
    for kind in KINDS:
        if kind != missing:
            add(topic, kind)
    published()
    page = main(client)
    with translation.override("en"):
        text = next(str(each.missing) for each in MATERIALS if each.kind == missing)
    assert text in page
    assert page.count(" yet.") == 1


def test_without_a_quiz_the_page_says_so_and_offers_no_paper(client: Client, topic: Topic) -> None:
    add(topic, "poster")
    page = main(client)
    assert "There is no quiz on this topic for these grades yet." in page
    assert "Quiz on paper" not in page


@pytest.mark.parametrize(
    "columns", [{"levels": ["secondary"]}, {"audiences": ["parents"]}, {"published_at": None}], ids=str
)
def test_materials_for_others_are_left_out(columns: dict[str, Any], client: Client, topic: Topic) -> None:
    add(topic, "poster", **columns)
    assert "Our poster" not in main(client)


def test_a_quiz_for_another_age_is_left_out(client: Client, topic: Topic) -> None:
    published()
    assert "/class/open/" not in main(client, "/en/lesson/?grade=secondary&topic=phishing")


def test_one_press_makes_one_zip_with_the_address_of_the_quiz(
    client: Client, topic: Topic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "send_task", lambda name, **options: None)
    for kind in KINDS:
        add(topic, kind)
    published()
    page = PageReader(client.get(LESSON).content.decode())
    form = next(re.finditer(r'<form method="post" action="([^"]+)">(.*?)</form>', main(client), re.S))
    assert page
    action, quiz = form[1].replace("&amp;", "&"), re.search(r'name="quiz" value="([^"]+)"', form[2])
    assert quiz
    answer = client.post(action, {"quiz": quiz[1]}, headers=OWN)
    assert answer.status_code == 303
    bundle = Bundle.objects.get()
    tasks.make_bundle(bundle_id=bundle.pk)
    sent = client.get(f"/en/resources/bundles/{bundle.key}/file/")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(sent)))  # type: ignore[arg-type]
    assert {name.partition("/")[0] for name in archive.namelist()} == {
        "LICENCES.txt",
        *(f"our-{kind}" for kind in KINDS),
    }
    licences = archive.read("LICENCES.txt").decode("utf-8-sig")
    assert "Class quiz: Проба (en)" in licences
    assert "http://testserver/en/quizzes/proba/" in licences


def test_files_in_other_languages_and_scripts_are_folded(client: Client, topic: Topic) -> None:
    plan = make_resource("plan", kind="lesson-plan", topics=[topic], levels=["primary-5-8"], audiences=["educators"])
    names = {"sr": "први.txt", "sr-latn": "list-en.txt", "en": "treci.txt", "hu": "negyedik.txt", "": "svima.txt"}
    for code, name in names.items():
        give_file(plan, name, language={"sr": "sr-Cyrl", "sr-latn": "sr-Latn"}.get(code, code))
    for language in ("sr", "sr-latn", "en"):
        parts = main(client, LESSON.replace("/en/", f"/{language}/")).partition("<details")
        shown, folded = ({code for code, name in names.items() if name in part} for part in (parts[0], parts[2]))
        assert (shown, folded) == ({language, ""}, names.keys() - {language, ""})


@pytest.mark.parametrize("quiz", ["nema", "../x", "x" * 300, ""])
def test_an_unknown_quiz_is_left_out_of_the_zip(
    quiz: str, client: Client, topic: Topic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "send_task", lambda name, **options: None)
    add(topic, "poster")
    answer = client.post("/en/resources/basket/?r=our-poster", {"quiz": quiz}, headers=OWN)
    assert answer.status_code == 303
    assert "Class quiz" not in Bundle.objects.get().licences


@pytest.mark.parametrize(
    "query", ["", "grade=primary-5-8", "topic=phishing", "grade=x&topic=phishing", "grade=%FF&topic=%00"]
)
def test_without_both_choices_there_is_a_form_only(query: str, client: Client) -> None:
    page = main(client, f"/en/lesson/?{query}")
    assert 'name="topic"' in page
    assert "lesson-parts" not in page


@pytest.mark.parametrize(("language", "words"), [("sr", "Час од 45 минута"), ("sr-latn", "Čas od 45 minuta")])
def test_the_lesson_is_in_each_script(language: str, words: str, client: Client, topic: Topic) -> None:
    assert words in main(client, LESSON.replace("/en/", f"/{language}/"))


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
