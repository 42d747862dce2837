"""Lesson kits: whole in both languages, with files that open, loaded once, offered by grade and topic."""

import copy
import io
import re
import zipfile
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from shutil import copy as copy_file
from types import SimpleNamespace
from typing import Any

import pypdfium2
import pytest
import yaml
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation
from docx import Document
from lxml import etree

from awareness.lessons.content import KINDS, kit_kind, kit_rows
from awareness.lessons.kits import FOLDER, PARTS, files_of, kit_texts, slug_of
from awareness.lessons.selectors import QUIZ_LEVELS
from awareness.library import tasks
from awareness.library.content import resource_kind
from awareness.library.editor_hints import resource_hints
from awareness.library.enums import EducationalLevel
from awareness.library.models import Bundle, Resource, ResourceFile
from awareness.library.search_index import cards_by_slug
from awareness.quizzes.content import seed_quizzes
from awareness.quizzes.models import Quiz
from awareness.topics.content import SEED
from clicksafely.celery import app
from clicksafely.common.content.files import ContentError
from clicksafely.common.content.loader import LoadResult, load_content, read_kinds
from clicksafely.common.content.schema import content_files, read_checked
from clicksafely.common.serbian.scripts import to_script
from tests.clients.page_reader import PageReader
from tests.pdf_ua import breaches

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
KITS = {document.data["slug"]: document.data for document in read_checked(content_files(FOLDER))}
FIRST = "delim-pitam-cuvam"
DRAWN_ALT = "A child behind three baskets: a heart in one, a question mark in the second, a padlock in the third."
each_kit = pytest.mark.parametrize("kit", KITS.values(), ids=KITS)
# Topics that are not for grades 1 to 4.
NOT_FOR_CHILDREN = {"csam", "self-harm", "sexting-blackmail", "predators"}
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


def test_each_grade_has_kits_on_several_topics() -> None:
    levels = [kit["level"] for kit in KITS.values()]
    assert set(levels) == set(QUIZ_LEVELS)
    # The page of a grade and a topic shows one kit.
    pairs = [(kit["level"], topic) for kit in KITS.values() for topic in kit["topics"]]
    assert len(pairs) == len(set(pairs))
    assert not [pair for pair in pairs if pair[0] == EducationalLevel.LOWER_PRIMARY and pair[1] in NOT_FOR_CHILDREN]


@each_kit
def test_the_quiz_of_a_kit_is_for_its_grade_and_named_in_both_languages(kit: dict[str, Any]) -> None:
    quiz = next(quiz for quiz in seed_quizzes() if quiz.slug == kit["quiz"])
    assert quiz.level == QUIZ_LEVELS[kit["level"]]
    assert set(quiz.topics) & set(kit["topics"])
    for title, quoted in ((quiz.title.sr, f"„{quiz.title.sr}“"), (quiz.title.en, f"“{quiz.title.en}”")):
        code = "sr" if title == quiz.title.sr else "en"
        plan = " ".join(step[f"teacher_{code}"] for step in kit["steps"])
        slides = " ".join(item for slide in kit["slides"] for item in slide[f"items_{code}"])
        assert quoted in plan
        assert quoted in slides


@each_kit
def test_a_kit_shows_its_own_drawing(kit: dict[str, Any]) -> None:
    assert kit["picture"] == f"img/kits/{kit['slug']}.svg"
    assert not kit["poster"]["picture"].startswith("img/topics/")


@each_kit
def test_texts_of_a_plan_are_sentences_under_a_heading(kit: dict[str, Any]) -> None:
    plan = [row for _place, row in kit_rows(SimpleNamespace(data=kit))][-1]
    for code, outcome, subjects in (
        ("sr", "После часа ученик ", "Где се уклапа у наставу:\n\n- "),
        ("en", "After the lesson, pupils ", "Where it fits the curriculum:\n\n- "),
    ):
        assert plan[f"teaches_{code}"].startswith(outcome)
        assert re.search(r"\w\.$", plan[f"teaches_{code}"])
        assert plan[f"description_{code}"].startswith(subjects)


@each_kit
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
        if "-sve-za-stampu-" in name:
            has_all_that_is_printed(pdf, kit, name)
        text = "".join(page.get_textpage().get_text_bounded() for page in pdf)
    finally:
        pdf.close()
    in_script(name, text)


def has_all_that_is_printed(pdf: Any, kit: dict[str, Any], name: str) -> None:
    """Plan, notes, quiz with its key, worksheet, cards and poster: a text of each, in this order."""
    code, script = ("en", "en") if name.endswith("-en.pdf") else ("sr", "sr-latn" if "-latn" in name else "sr")
    quiz = next(quiz for quiz in seed_quizzes() if quiz.slug == kit["quiz"])
    explained = next(question.explanation for question in quiz.questions if question.explanation.sr)
    texts = [
        kit[f"success_{code}"][0],
        kit["slides"][0][f"notes_{code}"],
        quiz.questions[0].text.read(code),
        explained.read(code),
        kit_texts()["unders"]["worksheet"][code].format(grades=kit[f"grades_{code}"]),
        kit["cards"]["cards"][0][f"text_{code}"],
        kit["poster"][f"box_{code}"],
    ]
    whole, position = without_spaces("".join(page.get_textpage().get_text_range() for page in pdf)), 0
    for text in texts:
        # The beginning is on one page.
        position = whole.find(without_spaces(to_script(text, script))[:20], position)
        assert position >= 0, text


def without_spaces(text: str) -> str:
    """The text without spaces and hyphens, at which lines break."""
    return re.sub(r"[\s\u00ad\ufffe-]", "", text)


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


@pytest.mark.django_db
def test_every_kit_has_valid_rows() -> None:
    rows = read_kinds(KINDS)
    assert len(rows) == len(PARTS) * len(KITS)


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
        for language, title in (("sr", kit["title_sr"]), ("sr-latn", "Delim, pitam, čuvam"), ("en", kit["title_en"])):
            page = client.get(f"/{language}/lesson/").content.decode()
            assert title in page
            assert f"/{language}/lesson/?grade={kit['level']}&amp;topic={kit['topics'][0]}" in page
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
    with subtests.test("zip"):
        query = "&".join(f"r={slug_of(kit, part)}" for part in PARTS)
        answer = client.post(f"/en/resources/basket/?{query}", headers={"Sec-Fetch-Site": "same-origin"})
        assert answer.status_code == 303
        bundle = Bundle.objects.get()
        tasks.make_bundle(bundle_id=bundle.pk)
        response = client.get(f"/en/resources/bundles/{bundle.key}/file/")
        archive = zipfile.ZipFile(io.BytesIO(b"".join(response)))  # type: ignore[arg-type]
        names = {f"{slug_of(kit, part)}/{name}" for part in PARTS for name, *_rest in files_of(kit, part, NOW)}
        assert set(archive.namelist()) == names | {"LICENCES.txt"}


@pytest.mark.django_db
def test_the_protocol_of_a_school_is_a_draft_without_deadlines(tmp_path: Path, client: Client) -> None:
    for path in (SEED / "library" / "schema.yaml", next((SEED / "library").glob("*-protokol-skole.yaml"))):
        copy_file(path, tmp_path)
    *_steps, _result = load_content([resource_kind(tmp_path)], now=NOW)
    protocol = Resource.objects.get()
    assert (protocol.published_at, protocol.checked_on) == (None, None)
    assert protocol.approval_note_sr
    assert protocol.approval_note_en
    assert client.get(f"/sr/resources/{protocol.slug}/").status_code == 404
    texts = next(tmp_path.glob("*-*.yaml")).read_text()
    assert not re.findall(r"\d+ (?:сат|час|дан|недељ|hour|day|week)", texts)
    assert (
        texts.count("Рок за прву реакцију (проверити)")
        == texts.count("Deadline for the first response (to check)")
        == 3
    )
