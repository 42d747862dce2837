"""What must exist for each question kind."""

import inspect
import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.template.loader import get_template
from django.utils import translation

import awareness.quizzes
from awareness.quizzes.import_export.gift.parser import read_gift
from awareness.quizzes.import_export.gift.writer import write_gift
from awareness.quizzes.import_export.import_plan import JSON, read_plan
from awareness.quizzes.import_export.json_format import read_file, write_questions
from awareness.quizzes.kinds.base import QuestionKind
from awareness.quizzes.kinds.registry import QUESTION_KINDS, kind_choices, read_answer, score_answer
from awareness.quizzes.kinds.validation import question_problems
from awareness.quizzes.models import Question, QuestionChoice
from tests.clients.quiz_answers import RIGHT, WRONG
from tests.factories import quizzes as quiz_factory

HERE = Path(awareness.quizzes.__file__).parent
SCRIPTS = HERE / "printing" / "assets"
FACTORY = {question.kind: question for question in quiz_factory.EACH_KIND}

of_each_kind = pytest.mark.parametrize("kind", QUESTION_KINDS.values(), ids=lambda kind: kind.code)


@of_each_kind
def test_a_kind_has_its_module_templates_scripts_and_fields(kind: QuestionKind) -> None:
    assert Path(inspect.getfile(type(kind))) == HERE / "kinds" / f"{kind.code}.py"
    assert len(kind.code) <= (Question._meta.get_field("kind").max_length or 0)
    get_template(f"public/quizzes/kinds/{kind.template}.html")
    get_template(f"public/quizzes/paper/{kind.paper_template}.html")
    for name in ("marking.js", "playing.js"):
        script = (SCRIPTS / name).read_text("utf-8")
        # marking.js treats the controls of written answers alike.
        assert f'"{kind.control}"' in script or (name == "marking.js" and kind.is_written)
    field_names = {field.name for model in (Question, QuestionChoice) for field in model._meta.get_fields()}
    assert set(kind.editor_fields) <= field_names | {"situations", "is_true"}


@of_each_kind
def test_a_kind_has_its_texts_in_both_languages(kind: QuestionKind) -> None:
    for name in ("label", "instruction", "missing_answer", "paper_instruction", "submit_label"):
        texts = []
        for language in ("sr", "en"):
            with translation.override(language):
                texts.append(str(getattr(kind, name)))
        assert all(texts), name
        assert texts[0] != texts[1], name


@of_each_kind
def test_a_kind_has_a_factory_and_answers(kind: QuestionKind) -> None:
    question = FACTORY[kind.code]
    assert question_problems(question) == []
    right = read_answer(question, RIGHT[kind.code])
    assert right is not None
    assert score_answer(question, right).credit == (1 if kind.is_scored else None)
    if kind.is_scored:
        wrong = read_answer(question, WRONG[kind.code])
        assert wrong is not None
        assert score_answer(question, wrong).credit == 0


@of_each_kind
def test_each_format_exports_a_kind_or_reports_it(kind: QuestionKind) -> None:
    question = FACTORY[kind.code]
    assert read_file(write_questions([question])) == (question,)
    text, lost = write_gift([question])
    assert [each.whole for each in lost if each.whole] == ([] if kind.in_gift else [True])
    assert [found.question.kind for found in read_gift(text) if found.question] == [kind.code] * kind.in_gift


@of_each_kind
def test_the_schema_and_the_documentation_name_a_kind(kind: QuestionKind) -> None:
    """Files of quizzes are checked by the schema, line by line."""
    for place, pattern in (
        ("awareness/seed/quizzes/schema.yaml", r"^      kind: {enum: \[(.+)\]}$"),
        ("docs/formats.md", r"^\| `kind` \| `(.+)` \|$"),
    ):
        found = re.search(pattern, (HERE.parent.parent / place).read_text("utf-8"), re.MULTILINE)
        assert found is not None
        assert kind.code in found[1].replace(",", "").split(), f"{place}: kind {kind.code} is missing"


def test_an_unknown_kind_is_refused() -> None:
    assert "reverse" not in dict(kind_choices())
    (note,) = read_plan(write_questions([replace(quiz_factory.SINGLE, kind="reverse")]).encode(), JSON).faults
    assert "questions[0].kind" in note.what
