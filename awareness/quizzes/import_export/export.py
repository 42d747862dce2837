"""Export of questions and quizzes to JSON or GIFT text."""

from dataclasses import dataclass

from django.db.models import QuerySet

from awareness.quizzes.import_export.gift.writer import LostContent, write_gift
from awareness.quizzes.import_export.import_plan import GIFT
from awareness.quizzes.import_export.json_format import write_questions, write_quiz
from awareness.quizzes.models import Question, Quiz
from awareness.quizzes.selectors import questions_with_parts, to_question_data, to_quiz_data


@dataclass(frozen=True, slots=True)
class Exported:
    """An exported file: text, file extension, media type, and content that the format cannot hold."""

    text: str
    ending: str
    media_type: str
    lost: tuple[LostContent, ...] = ()


def export_questions(questions: "QuerySet[Question]", form: str, language: str = "sr") -> Exported:
    """Export questions in the order of their creation, with four queries."""
    plain = [to_question_data(question) for question in questions_with_parts(questions.order_by("id"))]
    if form == GIFT:
        return _gift(*write_gift(plain, language))
    return _json(write_questions(plain))


def export_quiz(quiz: Quiz, form: str, language: str = "sr") -> Exported:
    """Return a quiz loaded with `find_quiz` as a file. GIFT has its questions only."""
    plain = to_quiz_data(quiz)
    if form == GIFT:
        return _gift(*write_gift(plain.questions, language))
    return _json(write_quiz(plain))


def _gift(text: str, lost: tuple[LostContent, ...]) -> Exported:
    return Exported(text, "gift.txt", "text/plain; charset=utf-8", lost)


def _json(text: str) -> Exported:
    return Exported(text, "json", "application/json")
