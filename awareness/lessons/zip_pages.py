"""HTML pages in the zip file of a lesson: list of files, offline quiz, and quiz on paper."""

from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext

from awareness.lessons.selectors import GRADES, Lesson
from awareness.library.models import Resource, ResourceFile
from awareness.library.selectors import files_for_reader
from awareness.publishing.shortcuts import is_serbian_only, serbian_only_fields
from awareness.quizzes.models import Quiz
from awareness.quizzes.printing.offline import csp_digest, page_of
from awareness.quizzes.printing.worksheet import sheet_of
from awareness.quizzes.selectors import to_quiz_data
from clicksafely.common.i18n.language import LANGUAGES, SERBIAN_LATIN
from clicksafely.common.serbian.scripts import html_to_latin, to_script, verbatim

STYLES: Final = (
    Path(__file__).parent / "zip_pages.css",
    Path(settings.BASE_DIR, "static", "css", "public", "quiz_print.css"),
)


def pages_of(lesson: Lesson, language: str, *, home: str) -> dict[str, str]:
    """Return the pages by file name, both in the active language `language` (a code of LANGUAGES) and script.

    `home`: the full URL of the quiz.
    """
    names = {
        name: f"{to_script(text, language)}.html"
        for name, text in (
            ("contents", gettext("Contents of the lesson")),
            ("offline", gettext("Class quiz")),
            ("paper", gettext("Quiz on paper with the key")),
        )
    }
    pages = {names["contents"]: _contents(lesson, language, names, home)}
    if lesson.quiz:
        data = to_quiz_data(lesson.quiz)
        sheet = sheet_of(data.questions, language=language, seed=f"print-{lesson.quiz.slug}")
        paper = {"quiz": lesson.quiz, "sheet": sheet, "with_key": True, "foreign": is_serbian_only(lesson.quiz)}
        pages |= {
            names["offline"]: page_of(data, language=language, home=home),
            names["paper"]: _render("quiz", language, paper),
        }
    return {name: html_to_latin(page) if language == SERBIAN_LATIN else page for name, page in pages.items()}


def _contents(lesson: Lesson, language: str, names: dict[str, str], home: str) -> str:
    parts = [_material(resource, language) for resource in lesson.resources]
    if lesson.quiz:
        # The quiz follows the plan, as on the page of the lesson.
        parts.insert(1 if lesson.plan else 0, _quiz(lesson.quiz, names))
    context = {"topic": lesson.topic, "grade": GRADES[lesson.grade], "parts": parts, "quiz": lesson.quiz, "home": home}
    return _render("contents", language, context)


def _material(resource: Resource, language: str) -> dict[str, Any]:
    def links(files: list[ResourceFile]) -> list[tuple[str, str]]:
        return [(quote(f"{resource.slug}/{file.name}"), file.label or verbatim(file.name)) for file in files]

    own, others = files_for_reader(resource, language)
    return {
        "label": resource.get_kind_display(),
        "title": resource.title,
        "foreign": "title" in serbian_only_fields(resource, ["title"]),
        "links": links(own),
        "other_links": links(others),
    }


def _quiz(quiz: Quiz, names: dict[str, str]) -> dict[str, Any]:
    return {
        "label": gettext("Class quiz"),
        "title": quiz.title,
        "foreign": is_serbian_only(quiz),
        "links": [
            (quote(names["offline"]), gettext("Quiz as a file")),
            (quote(names["paper"]), gettext("Quiz on paper with the key")),
        ],
    }


def _render(name: str, language: str, context: dict[str, Any]) -> str:
    style = _style()
    page = {
        "tag": LANGUAGES[language].tag,
        "style": style,
        "policy": f"default-src 'none'; style-src '{csp_digest(style)}'",
    }
    return render_to_string(f"public/lessons/zip_{name}.html", context | page)


@cache
def _style() -> str:
    return "".join(path.read_text("utf-8") for path in STYLES)
