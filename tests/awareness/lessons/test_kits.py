"""Lesson kits: whole in both languages, with files that open, loaded once, offered by grade and topic."""

import copy
import io
import re
import zipfile
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from shutil import copy as copy_file
from typing import Any

import pypdfium2
import pytest
import yaml
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation
from docx import Document
from lxml import etree

from awareness.lessons.content import kit_kind
from awareness.lessons.kits import FOLDER, PARTS, files_of, slug_of
from awareness.lessons.selectors import QUIZ_LEVELS
from awareness.library.editor_hints import resource_hints
from awareness.library.models import Resource, ResourceFile
from awareness.library.search_index import cards_by_slug
from awareness.quizzes.content import seed_quizzes
from awareness.quizzes.models import Quiz
from clicksafely.celery import app
from clicksafely.common.content.files import ContentError
from clicksafely.common.content.loader import LoadResult, load_content, read_kinds
from clicksafely.common.content.schema import content_files, read_checked
from tests.clients.page_reader import PageReader
from tests.pdf_ua import breaches

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
KITS = {document.data["slug"]: document.data for document in read_checked(content_files(FOLDER))}
FIRST = "delim-pitam-cuvam"
# Its quiz has questions of which pupils write the answer.
WRITTEN = "pet-prekidaca"
DRAWN_ALT = "A child behind three baskets: a heart in one, a question mark in the second, a padlock in the third."
MAX_FILE_BYTES = 300_000
RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/main}t"


def load(folder: Path) -> LoadResult:
    *_steps, result = load_content([kit_kind(folder)], now=NOW)
    return result


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The schema and the first kit."""
    for path in (FOLDER / "schema.yaml", next(FOLDER.glob(f"*-{FIRST}.yaml"))):
        copy_file(path, tmp_path)
    return tmp_path


def change(folder: Path, **values: Any) -> None:
    path = next(folder.glob("*-*.yaml"))
    path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text()) | values, allow_unicode=True))


def test_the_quiz_of_a_kit_is_for_its_grade_and_named_in_both_languages() -> None:
    quizzes = {quiz.slug: quiz for quiz in seed_quizzes()}
    for kit in KITS.values():
        quiz = quizzes[kit["quiz"]]
        assert quiz.level == QUIZ_LEVELS[kit["level"]]
        assert set(quiz.topics) & set(kit["topics"])
        for code, quoted in (("sr", f"„{quiz.title.sr}“"), ("en", f"“{quiz.title.en}”")):
            assert quoted in " ".join(step[f"teacher_{code}"] for step in kit["steps"])
            assert quoted in " ".join(item for slide in kit["slides"] for item in slide[f"items_{code}"])
        assert kit["picture"] == f"img/kits/{kit['slug']}.svg"


@pytest.mark.parametrize(
    "kit", [pytest.param(kit, id=slug, marks=[pytest.mark.slow] * (slug != WRITTEN)) for slug, kit in KITS.items()]
)
def test_each_file_opens_and_is_accessible(kit: dict[str, Any], subtests: pytest.Subtests) -> None:
    files = {name: content for part in PARTS for name, content, *_rest in files_of(kit, part, NOW)}
    # Three scripts of nine documents.
    assert len(files) == 27
    for name, content in files.items():
        with subtests.test(name):
            assert len(content) <= MAX_FILE_BYTES
            {"pdf": is_tagged, "docx": is_document, "pptx": is_presentation}[name.rpartition(".")[2]](
                name, content, kit
            )


def is_tagged(name: str, content: bytes, kit: dict[str, Any]) -> None:
    assert breaches(content) == []
    pdf = pypdfium2.PdfDocument(content)
    try:
        assert pdf.is_tagged()
        for page in pdf:
            assert page.get_textpage().get_text_bounded().strip()
        expected = {"kartice": 1, "plakat": 1, "slajdovi": len(kit["slides"]) + 1}
        pages = next((number for part, number in expected.items() if f"-{part}-" in name), None)
        assert pages is None or len(pdf) == pages
        assert "radni-list" not in name or len(pdf) <= 2
        assert "priprema" not in name or len(pdf) <= 3
        text = "".join(page.get_textpage().get_text_bounded() for page in pdf)
    finally:
        pdf.close()
    in_script(name, text)


def is_document(name: str, content: bytes, kit: dict[str, Any]) -> None:
    document = Document(io.BytesIO(content))
    in_script(name, " ".join(paragraph.text for paragraph in document.paragraphs))


def is_presentation(name: str, content: bytes, kit: dict[str, Any]) -> None:
    """Each part is well-formed and declared, each relation leads to a part, and each picture has an alternative text."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        parts = {part: package.read(part) for part in package.namelist()}
    types = parts["[Content_Types].xml"].decode()
    for part, data in parts.items():
        if part.endswith((".xml", ".rels")):
            etree.fromstring(data)
        assert part.endswith((".rels", ".png")) or part == "[Content_Types].xml" or f'PartName="/{part}"' in types
        if part.endswith(".rels"):
            base = Path("/", part).parent.parent
            targets = [row.get("Target", "") for row in etree.fromstring(data).iter(RELATIONS)]
            assert targets
            for target in targets:
                assert str((base / target).resolve()).lstrip("/") in parts
    slides = [part for part in parts if re.fullmatch(r"ppt/slides/slide\d+\.xml", part)]
    notes = [part for part in parts if part.startswith("ppt/notesSlides/notesSlide")]
    assert len(slides) == len(notes) == len(kit["slides"]) + 1
    pictures = re.findall(r'<p:pic>.*?descr="([^"]*)"', b"".join(parts[slide] for slide in slides).decode())
    assert len(pictures) == 1 + sum("picture" in slide for slide in kit["slides"])
    assert all(pictures)
    in_script(
        name, " ".join(node.text or "" for slide in slides for node in etree.fromstring(parts[slide]).iter(DRAWN))
    )


def in_script(name: str, text: str) -> None:
    """Cyrillic files have Cyrillic letters; Latin and English files have none."""
    assert bool(re.search("[а-шА-Ш]", text)) == name.rpartition(".")[0].endswith("-sr"), name


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"slug": "drugi"}, r"NN-slug\.yaml"),
        ({"outcomes_sr": ["Једно."]}, "equally long"),
        ({"picture": "img/topics/nema.svg"}, "no drawing"),
        ({"slides": KITS[FIRST]["slides"][:-1]}, "name the slides"),
        ({"steps": [*KITS[FIRST]["steps"], KITS[FIRST]["steps"][-1]]}, "50 minutes instead of 45"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
@pytest.mark.django_db
def test_a_kit_that_does_not_fit_together_is_refused(folder: Path, values: dict[str, Any], message: str) -> None:
    change(folder, **copy.deepcopy(values))
    with pytest.raises(ContentError, match=message):
        read_kinds([kit_kind(folder)])


def page_of_lesson(client: Client, kit: dict[str, Any], language: str) -> str:
    return client.get(f"/{language}/lesson/?grade={kit['level']}&topic={kit['topics'][0]}").content.decode()


@pytest.mark.django_db
def test_a_kit_is_loaded_once_and_the_lesson_page_offers_it(
    folder: Path, client: Client, monkeypatch: pytest.MonkeyPatch, subtests: pytest.Subtests
) -> None:
    monkeypatch.setattr(app, "send_task", lambda name, **options: None)
    kit = KITS[FIRST]
    assert load(folder).created == len(PARTS)
    with subtests.test("rows"):
        again = load(folder)
        assert (again.created, again.updated, again.kept_rows) == (0, 0, [])
        for resource in Resource.objects.all():
            assert resource_hints(resource) == []
            assert {file.language for file in resource.files.all()} == {"sr-Cyrl", "sr-Latn", "en"}
    with subtests.test("start"):
        page = client.get("/sr-latn/lesson/").content.decode()
        assert "Delim, pitam, čuvam" in page
        assert f"/sr-latn/lesson/?grade={kit['level']}&amp;topic={kit['topics'][0]}" in page
    with subtests.test("drawing"):
        cards = cards_by_slug([slug_of(kit, part) for part in PARTS], NOW)
        assert [card.picture for card in cards.values()] == [("kits", kit["slug"])] * len(PARTS)
        for query in ("", f"?grade={kit['level']}&topic={kit['topics'][0]}"):
            images = PageReader(client.get(f"/en/lesson/{query}").content.decode()).all("img")
            assert [image["alt"] for image in images if f"img/kits/{kit['slug']}." in image["src"]] == [DRAWN_ALT]
        with translation.override("en"):
            [card] = cards_by_slug([slug_of(kit, "poster")], NOW).values()
            assert f'alt="{DRAWN_ALT}"' in render_to_string("public/publishing/_card.html", {"card": card})
    with subtests.test("page"):
        page = page_of_lesson(client, kit, "en")
        for part in PARTS:
            assert f'href="/en/resources/{slug_of(kit, part)}/"' in page
        assert f"/en/class/open/{kit['quiz']}/" in page
        assert "45 minutes." in page
    with subtests.test("print"):
        for language in ("sr", "sr-latn", "en"):
            page = page_of_lesson(client, kit, language)
            actions = page.partition('class="actions lesson-actions')[2].partition("<ol")[0]
            printed = ResourceFile.objects.get(name=f"{FIRST}-sve-za-stampu-{language}.pdf")
            assert f'href="/{language}/resources/{slug_of(kit, "plan")}/files/{printed.pk}/' in actions
            assert "data-print" not in actions
        quiz = Quiz.objects.get(slug=kit["quiz"])
        plan, sheet = (Resource.objects.get(slug=slug_of(kit, part)) for part in ("plan", "worksheet"))
        parts: list[Any] = [quiz, quiz.entries.all()[0].question, plan, sheet]
        read = partial(page_of_lesson, client, kit, "en")
        later = NOW + timedelta(seconds=1)
        for changed in parts:
            rows = type(changed).objects.filter(pk=changed.pk)
            rows.update(changed_at=later)
            assert "data-print" in read()
            rows.update(changed_at=changed.changed_at)
        rows = sheet.files.filter(name__endswith="-en.docx")
        rows.update(added_at=later)
        assert "data-print" in read()
        rows.update(added_at=NOW)
        quiz.entries.all().delete()
        assert "data-print" in read()
