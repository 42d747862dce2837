"""What must exist for each question kind, and a kind that is added and removed within a test."""

import inspect
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection
from django.template.loader import get_template
from django.test import Client
from django.urls import reverse as url_of
from django.utils import translation

import awareness.quizzes
from awareness.quizzes.import_export.export import export_quiz
from awareness.quizzes.import_export.gift.parser import read_gift
from awareness.quizzes.import_export.gift.writer import write_gift
from awareness.quizzes.import_export.import_plan import JSON, apply_plan, read_plan
from awareness.quizzes.import_export.json_format import read_file, write_questions
from awareness.quizzes.kinds.base import QuestionKind
from awareness.quizzes.kinds.registry import QUESTION_KINDS, kind_choices, read_answer, score_answer
from awareness.quizzes.kinds.schemas import EMPTY_TEXT, BilingualText, Choice
from awareness.quizzes.kinds.single import Single
from awareness.quizzes.kinds.validation import question_problems
from awareness.quizzes.models import Question, QuestionChoice, QuestionSituation, Quiz
from awareness.quizzes.selectors import find_quiz
from clicksafely.accounts.models import User
from tests.clients.quiz_answers import RIGHT, WRONG
from tests.clients.quiz_player import Player, published
from tests.clients.staff import signed_in
from tests.factories import quizzes as quiz_factory
from tests.factories.quiz_forms import question_data

HERE = Path(awareness.quizzes.__file__).parent
TEMPLATES = HERE.parent.parent / "templates"
SCRIPTS = HERE / "printing" / "assets"
NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
FACTORY = {question.kind: question for question in quiz_factory.EACH_KIND}

of_each_kind = pytest.mark.parametrize("kind", QUESTION_KINDS.values(), ids=lambda kind: kind.code)


@of_each_kind
def test_a_kind_has_a_module_of_its_code(kind: QuestionKind) -> None:
    assert Path(inspect.getfile(type(kind))) == HERE / "kinds" / f"{kind.code}.py"
    assert len(kind.code) <= (Question._meta.get_field("kind").max_length or 0)


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
def test_a_kind_has_its_templates(kind: QuestionKind) -> None:
    get_template(f"public/quizzes/kinds/{kind.template}.html")
    get_template(f"public/quizzes/paper/{kind.paper_template}.html")


@of_each_kind
def test_the_offline_file_has_the_control_of_a_kind(kind: QuestionKind) -> None:
    for name in ("marking.js", "playing.js"):
        script = (SCRIPTS / name).read_text("utf-8")
        # marking.js treats the controls of written answers alike.
        assert f'"{kind.control}"' in script or (name == "marking.js" and kind.is_written)


@of_each_kind
def test_the_form_fields_of_a_kind_exist(kind: QuestionKind) -> None:
    field_names = {field.name for model in (Question, QuestionChoice) for field in model._meta.get_fields()}
    assert set(kind.editor_fields) <= field_names | {"situations", "is_true"}
    assert QuestionSituation._meta.get_field("question")


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


def test_one_kind_reads_each_syntax_of_gift() -> None:
    syntaxes = sorted(kind.gift_syntax for kind in QUESTION_KINDS.values() if kind.gift_syntax)
    assert syntaxes == ["description", "essay", "many", "number", "one", "pairs", "text", "truth"]
    assert all(kind.in_gift for kind in QUESTION_KINDS.values() if kind.gift_syntax)


def test_only_the_kinds_know_the_codes() -> None:
    """Other code asks the kind of a question."""
    compares = re.compile(r"\b(?:\w*question|feedback|row)\.kind\s*(?:==|!=|(?:not )?in\b)|QuestionKind\.[A-Z]")
    files = [
        *(path for path in HERE.rglob("*.py") if "kinds" not in path.relative_to(HERE).parts),
        *SCRIPTS.glob("*.js"),
    ]
    files += [*TEMPLATES.glob("*/quizzes/**/*.html"), *TEMPLATES.glob("admin/quizzes/**/*.html")]
    assert len(files) > 60
    assert [str(path) for path in files if compares.search(path.read_text("utf-8"))] == []


# --- A kind of another module -----------------------------------------------------------------------------------------


class Reverse(Single):
    """The opposite is right: a choice has full credit if its weight is 0."""

    code = "reverse"
    label = "Reverse"
    instruction = "Choose what is wrong."
    missing_answer = "Choose one first."
    in_gift = False
    gift_syntax = ""

    def score(self, question, answer):  # type: ignore[no-untyped-def]
        mark = super().score(question, answer)
        return replace(mark, credit=1 - mark.credit)


REVERSE = replace(quiz_factory.SINGLE, kind="reverse", name="reverse-question", topic="")
FACTS = replace(quiz_factory.QUIZ, slug="obrnuto", questions=(REVERSE,), topics=(), next_steps=())


@pytest.fixture
def reverse(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A registered kind. A real one is also in the constraint of the table."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE quizzes_question DROP CONSTRAINT question_kind_known")
    monkeypatch.setitem(QUESTION_KINDS, "reverse", Reverse())  # type: ignore[misc]
    monkeypatch.setattr(Question._meta, "constraints", Question._meta.constraints[1:])


@pytest.mark.usefixtures("reverse")
class TestAnAddedKind:
    def test_is_played(self) -> None:
        published(FACTS)
        player = Player(Client(), "obrnuto")
        player.begin()
        assert "Choose what is wrong." in player.page.text
        assert "Choose one first." in player.press("act", "answer").text
        assert "That's right!" in player.answer(REVERSE, (0,)).text

    def test_is_printed_and_saved_for_offline_use(self) -> None:
        published(FACTS)
        for name in ("quiz-print", "quiz-offline"):
            with translation.override("en"):
                page = Client().get(url_of(name, args=["obrnuto"]))
            assert page.status_code == 200
            assert "а (en)" in page.content.decode()

    def test_is_exported_and_imported(self) -> None:
        published(FACTS)
        quiz = find_quiz("obrnuto")
        assert quiz is not None
        text = export_quiz(quiz, JSON).text
        quiz.delete()
        Question.objects.filter(name=REVERSE.name).delete()
        plan = read_plan(text.encode(), JSON)
        assert (plan.faults, [entry.kind_label for entry in plan.new]) == ((), ["Reverse"])
        apply_plan(plan=plan, actor=User.objects.get(username="editor"), now=NOW)
        assert Quiz.objects.get(slug="obrnuto").entries.get().question.kind == "reverse"
        assert write_gift([REVERSE])[1][0].whole

    def test_is_written_in_the_admin(self) -> None:
        person = signed_in("urednica", "editor")
        page = person.client.get("/admin/quizzes/question/add/").content.decode()
        assert '<option value="reverse">Reverse</option>' in page
        assert "&quot;reverse&quot;: [&quot;weight&quot;, &quot;feedback&quot;, &quot;shuffle&quot;]" in page
        response = person.client.post("/admin/quizzes/question/add/", question_data(REVERSE))
        assert response.status_code == 302
        assert Question.objects.get(name=REVERSE.name).kind == "reverse"


def test_a_removed_kind_is_refused(db: None) -> None:
    assert "reverse" not in dict(kind_choices())
    text = write_questions([replace(REVERSE, choices=(Choice(text=BilingualText("а", "a"), match=EMPTY_TEXT),))])
    (note,) = read_plan(text.encode(), JSON).faults
    assert "questions[0].kind" in note.what
