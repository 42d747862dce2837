"""The quiz of a lesson kit as parts of sheets: the questions for pupils, and the key for the teacher."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from typing import Any, Final

from django.utils import translation

from awareness.quizzes.content import seed_quizzes
from awareness.quizzes.kinds.schemas import Quiz
from awareness.quizzes.printing.worksheet import SheetQuestion, sheet_of
from awareness.topics.sheets.documents import written_language
from clicksafely.common.serbian.scripts import source_title

# Lines to write on, by the template of the printed question.
LINES: Final = {"line": 1, "essay": 4}
TO_FILL_IN: Final = "____"

type Part = dict[str, Any]


@cache
def quizzes_by_slug() -> dict[str, Quiz]:
    """Return the quizzes of the seed files, read and checked once."""
    return {quiz.slug: quiz for quiz in seed_quizzes()}


def question_parts(quiz: Quiz, language: str) -> list[Part]:
    """Return the questions to answer by hand, with texts for `language` (a code of LANGUAGES) only."""
    return _parts(quiz, language, _question)


def key_parts(quiz: Quiz, language: str, source: str) -> list[Part]:
    """Return the key of each question with explanation and source, with texts for `language` only. `source` has a place for "{title}"."""
    return _parts(quiz, language, partial(_key, source=source))


def _parts(quiz: Quiz, language: str, parts_of: Callable[[SheetQuestion, str], Iterator[Part]]) -> list[Part]:
    written = written_language(language)
    # Serbian texts become Latin with the sheet.
    with translation.override(written):
        questions = sheet_of(quiz.questions, language=language, seed=f"print-{quiz.slug}")
        return [part for question in questions for part in parts_of(question, written)]


def _question(question: SheetQuestion, written: str) -> Iterator[Part]:
    yield _heading(question, written)
    yield _text(str(question.how), written, kind="instruction")
    for situation in question.situations:
        if situation.text:
            yield _text(f"{situation.heading}. {situation.text}", written, kind="instruction")
        yield _choices((f"{each.letter}) {each.text} → {each.onward}" for each in situation.choices), written)
    form = question.template.rpartition("/")[2].removesuffix(".html")
    if form in LINES:
        yield {"kind": "lines", "lines": LINES[form]}
    elif form == "numbers":
        yield _choices((f"{TO_FILL_IN} {each.text}" for each in question.choices), written)
    elif form == "pairs":
        yield _choices((f"{TO_FILL_IN} {each.letter}. {each.text}" for each in question.choices), written)
        yield _choices((f"{each.letter}) {each.text}" for each in question.groups), written)
    elif question.choices:
        yield _choices((f"{each.letter}) {each.text}" for each in question.choices), written)


def _key(question: SheetQuestion, written: str, source: str) -> Iterator[Part]:
    yield _heading(question, written)
    if question.key:
        yield {"kind": "list", f"items_{written}": question.key}
    if question.explanation:
        yield _text(question.explanation, written)
    if question.source_title:
        yield _text(source.format(title=source_title(question.source_title, written)), written)


def _heading(question: SheetQuestion, written: str) -> Part:
    return {"kind": "heading", f"text_{written}": f"{question.number}. {question.text}"}


def _text(text: str, written: str, *, kind: str = "text") -> Part:
    return {"kind": kind, f"text_{written}": text}


def _choices(items: Iterable[str], written: str) -> Part:
    return {"kind": "choices", f"items_{written}": [*items]}
