"""Import and export: problems with their places, all or nothing, and lossless round trips."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given

from awareness.quizzes.import_export.export import export_questions, export_quiz
from awareness.quizzes.import_export.gift.parser import MAX_QUESTIONS
from awareness.quizzes.import_export.gift.writer import write_gift
from awareness.quizzes.import_export.import_plan import GIFT, JSON, apply_plan, read_plan
from awareness.quizzes.import_export.json_format import FormatProblem, read_file, write_questions, write_quiz
from awareness.quizzes.import_export.json_reader import lines_of
from awareness.quizzes.import_export.text_encoding import MAX_BYTES
from awareness.quizzes.kinds.registry import kind_of
from awareness.quizzes.kinds.schemas import EMPTY_TEXT, BilingualText, NextStep
from awareness.quizzes.kinds.schemas import Question as Plain
from awareness.quizzes.models import Question, Quiz
from awareness.quizzes.selectors import find_quiz, questions_with_parts, to_question_data, to_quiz_data
from awareness.quizzes.services import create_question
from clicksafely.accounts.models import User
from tests.factories import quizzes as quiz_factory
from tests.timing import seconds

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
GIFT_FILE = "::prvo::Прво питање{=да ~не}\n\n::drugo::Друго{T}\n"


@pytest.fixture
def editor() -> User:
    return User.objects.create(username="urednica")


@pytest.fixture
def empty() -> None:
    Quiz.objects.all().delete()
    Question.objects.all().delete()


def lines(data: bytes, form: str = GIFT) -> list[tuple[int, bool]]:
    return [(note.line, note.blocking) for note in read_plan(data, form).all_notes]


@pytest.mark.parametrize(
    ("data", "notes"),
    [
        (GIFT_FILE.encode(), []),
        (GIFT_FILE.encode("utf-8-sig"), []),
        (GIFT_FILE.encode("utf-16"), []),
        (GIFT_FILE.encode("cp1251"), [(0, False)]),
        ("::a::Čija je šifra?{=moja ~đakova}".encode("cp1250"), [(0, False), (0, False)]),
        (b"::a::Where?{=here ~there}", [(0, False)]),
        ("\n::а::Текст".encode() + b"\xff{T}", [(2, True)]),
        (b"\xff\xfeab\x00\n\x00\xd8", [(1, True)]),
        (b" \n", [(0, True)]),
        (b"// nothing\n", [(0, True)]),
        (b"a" * (MAX_BYTES + 1), [(0, True)]),
    ],
)
def test_bytes_are_read_or_refused_with_the_line(data: bytes, notes: list[tuple[int, bool]]) -> None:
    assert lines(data) == notes


def test_text_in_an_old_code_page_is_decoded() -> None:
    entry = read_plan("::а::Чија је шифра „Ђурђа“?{=моја ~њена}".encode("cp1251"), GIFT).entries[0]
    assert entry.question is not None
    assert entry.question.text.sr == "Чија је шифра „Ђурђа“?"


def altered_json(change: Callable[[dict[str, Any]], None]) -> bytes:
    data = json.loads(write_quiz(quiz_factory.QUIZ))
    change(data)
    return json.dumps(data, ensure_ascii=False, indent=1).encode()


@pytest.mark.usefixtures("empty")
def test_every_problem_of_a_json_file_is_named_by_line() -> None:
    def change(data: dict[str, Any]) -> None:
        data["minutes"] = "6"
        data["questions"][1]["choices"][2]["weight"] = "много"
        data["questions"][4]["kind"] = "cloze"
        data["questions"][0]["choices"][1]["weight"] = 0

    text = altered_json(change).decode()
    faults = {note.line for note in read_plan(text.encode(), JSON).faults}
    rows = text.splitlines()
    at = [number for number, row in enumerate(rows, 1) if '"много"' in row or '"cloze"' in row or '"minutes"' in row]
    assert faults == {*at, lines_of(text)["questions[0]"]}


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.update(slug="има размак"),
        lambda data: data.update(slug=""),
        lambda data: data.update(level="99"),
        lambda data: data.update(minutes=500),
        lambda data: data["closings"].append(data["closings"][0]),
        lambda data: data["closings"].append({"from": 101, "text": {"sr": "а"}}),
        lambda data: data["next"].append({"kind": "topic", "slug": ""}),
        lambda data: data["next"].append({"kind": "wall", "slug": "x"}),
        lambda data: data["questions"][0].update(source={"title": "а", "url": "javascript:alert(1)"}),
        lambda data: data["questions"][0].update(frame="wall"),
        lambda data: data["questions"][0]["choices"][0].update(role="wall"),
        lambda data: data["questions"][0].update(situations=[{"number": 1, "text": {"sr": "а"}}] * 2),
        lambda data: data["questions"][0].update(situations=[{"number": 0, "text": {"sr": "а"}}]),
    ],
)
def test_values_the_database_would_refuse_are_refused(change: Callable[[dict[str, Any]], None], editor: User) -> None:
    plan = read_plan(altered_json(change), JSON)
    assert plan.faults
    with pytest.raises(ValueError, match="blocking notes"):
        apply_plan(plan=plan, actor=editor, now=NOW)


@pytest.mark.parametrize("text", ["{", '{"a": ' + "9" * 5000 + "}", "[" * 99_999, '{"a": "\\ud800"}', "3"])
def test_invalid_json_is_refused(text: str) -> None:
    assert read_plan(text.encode(), JSON).faults


HOSTILE: dict[str, Callable[[int], str]] = {
    "numbers": lambda count: "[" * 900 + "1," * count + "1" + "]" * 900,
    "questions": lambda count: '{"questions":[' + "{}," * count + "{}]}",
    "depth": lambda count: '{"a":' * (count // 750) + "1" + "}" * (count // 750),
}


def refuse(text: str) -> None:
    assert read_plan(text.encode(), JSON).faults
    assert lines_of(text)[""] == 1


@pytest.mark.timing
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_json_takes_time_in_proportion_to_its_length(name: str) -> None:
    # Ten times the length would take a hundred times as long if it grew with the square.
    assert seconds(refuse, HOSTILE[name](300_000)) < 40 * seconds(refuse, HOSTILE[name](30_000))


def test_too_many_questions_in_json() -> None:
    text = write_questions([quiz_factory.POLL] * (MAX_QUESTIONS + 1))
    assert len(text.encode()) > MAX_BYTES
    short = json.dumps(json.loads(text) | {"questions": [{"kind": "poll", "text": {"sr": "а"}}] * (MAX_QUESTIONS + 1)})
    assert lines(short.encode(), JSON) == [(0, True)]


@pytest.mark.usefixtures("empty")
def test_an_exported_quiz_imports_unchanged(editor: User) -> None:
    plan = read_plan(write_quiz(quiz_factory.QUIZ).encode(), JSON)
    assert (plan.faults, len(plan.new)) == ((), len(quiz_factory.EACH_KIND))
    quiz = apply_plan(plan=plan, actor=editor, now=NOW)
    assert quiz is not None
    assert quiz.published_at is None
    stored = find_quiz("proba")
    assert stored is not None
    assert to_quiz_data(stored) == quiz_factory.QUIZ
    assert read_file(export_quiz(stored, JSON).text) == quiz_factory.QUIZ
    assert export_questions(Question.objects.all(), JSON).text == write_questions(quiz_factory.EACH_KIND)
    # Imported again: the address is taken. Under another address the questions of the bank are reused.
    assert read_plan(write_quiz(quiz_factory.QUIZ).encode(), JSON).faults
    again = read_plan(write_quiz(replace(quiz_factory.QUIZ, slug="druga")).encode(), JSON)
    assert (again.faults, len(again.same)) == ((), len(quiz_factory.EACH_KIND))
    apply_plan(plan=again, actor=editor, now=NOW)
    assert Question.objects.count() == len(quiz_factory.EACH_KIND)
    druga = find_quiz("druga")
    assert druga is not None
    assert to_quiz_data(druga).questions == quiz_factory.EACH_KIND


@pytest.mark.usefixtures("empty")
def test_unknown_topics_are_left_out_with_a_note(editor: User) -> None:
    quiz = replace(
        quiz_factory.QUIZ,
        topics=("nema-je",),
        questions=(replace(quiz_factory.SINGLE, topic="nema-je"),),
        next_steps=(NextStep(kind="help"),),
    )
    plan = read_plan(write_quiz(quiz).encode(), JSON)
    assert [note.blocking for note in plan.all_notes] == [False, False]
    apply_plan(plan=plan, actor=editor, now=NOW)
    assert Question.objects.get().topic is None


@pytest.mark.usefixtures("empty")
def test_the_same_file_twice_adds_nothing_and_changes_are_listed(editor: User) -> None:
    apply_plan(plan=read_plan(GIFT_FILE.encode(), GIFT), actor=editor, now=NOW)
    assert Question.objects.count() == 2
    plan = read_plan(GIFT_FILE.encode(), GIFT)
    assert (len(plan.new), len(plan.same)) == (0, 2)
    apply_plan(plan=plan, actor=editor, now=NOW)
    assert Question.objects.count() == 2
    changed = read_plan(GIFT_FILE.replace("Друго", "Треће").encode(), GIFT)
    assert ([entry.question.name for entry in changed.new if entry.question], len(changed.all_notes)) == (["drugo"], 1)


# All kinds that GIFT supports. It has no feedback on missed answers, and no explanation of a description.
IN_GIFT = tuple(
    replace(
        question,
        choices=tuple(replace(choice, missed=EMPTY_TEXT) for choice in question.choices),
        explanation=EMPTY_TEXT if question.kind == "note" else question.explanation,
    )
    for question in quiz_factory.EACH_KIND
    if kind_of(question).in_gift
)


@pytest.mark.usefixtures("empty")
def test_two_files_in_two_languages_become_one_set_of_questions(editor: User) -> None:
    for language in ("en", "sr"):
        text, _lost = write_gift(IN_GIFT, language)
        plan = read_plan(text.encode(), GIFT, language)
        assert (plan.faults, len(plan.translated)) == ((), 0 if language == "en" else len(IN_GIFT))
        apply_plan(plan=plan, actor=editor, now=NOW)
    stored = [to_question_data(row) for row in questions_with_parts(Question.objects.order_by("id"))]
    assert [question.name for question in stored] == [question.name for question in IN_GIFT]
    for question, expected in zip(stored, IN_GIFT, strict=True):
        assert (question.text, question.explanation) == (expected.text, expected.explanation)
        if expected.kind != "true_false":
            assert [choice.text for choice in question.choices] == [choice.text for choice in expected.choices]
        assert [choice.match for choice in question.choices] == [choice.match for choice in expected.choices]
        assert [choice.weight for choice in question.choices] == [choice.weight for choice in expected.choices]
    # Imported again: nothing is left to do in either language.
    for language in ("en", "sr"):
        plan = read_plan(write_gift(IN_GIFT, language)[0].encode(), GIFT, language)
        assert (plan.translated, plan.new) == ([], [])


@pytest.mark.usefixtures("empty")
@pytest.mark.parametrize("other", ["{=yes ~no ~maybe}", "{~yes =no}", "{=yes =no}", "{T}"])
def test_different_questions_are_not_joined_as_translations(editor: User, other: str) -> None:
    apply_plan(plan=read_plan("::a::Питање{=да ~не}".encode(), GIFT), actor=editor, now=NOW)
    plan = read_plan(f"::a::Question{other}".encode(), GIFT, "en")
    assert (len(plan.new), plan.translated, [note.blocking for note in plan.all_notes]) == (1, [], [False])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "питања.txt"
    path.write_text(GIFT_FILE, "utf-8")
    return path


@pytest.mark.usefixtures("empty", "editor")
class TestCommands:
    def test_importing(self, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
        call_command("import_questions", "--format", "gift", "--dry-run", str(file))
        assert (Question.objects.count(), capsys.readouterr().out) == (
            0,
            "2 new, 0 translated, 0 unchanged\n",
        )
        with pytest.raises(CommandError, match="--actor"):
            call_command("import_questions", "--format", "gift", str(file))
        assert Question.objects.count() == 0
        call_command("import_questions", "--format", "gift", "--actor", "urednica", str(file))
        assert Question.objects.count() == 2

    def test_the_lines_of_bad_questions_are_named_and_the_good_ones_imported(
        self, file: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        file.write_text(f"{GIFT_FILE}\nЛоше{{=а ~}}\n\nБез краја {{=а\n", "utf-8")
        call_command("import_questions", "--format", "gift", "--actor", "urednica", str(file))
        output = capsys.readouterr()
        starts = [line.partition(": ")[0] for line in output.err.splitlines()]
        assert starts == [f"{file}:5", f"{file}:7"]
        assert "2 left out" in output.out
        assert Question.objects.count() == 2

    def test_a_file_without_a_good_question_writes_nothing(self, file: Path) -> None:
        file.write_text("Лоше{=а ~}\n\nБез краја {=а\n", "utf-8")
        with pytest.raises(CommandError, match="Nothing was imported") as caught:
            call_command("import_questions", "--format", "gift", "--actor", "urednica", str(file))
        assert caught.value.returncode == 1
        assert Question.objects.count() == 0
        with pytest.raises(CommandError, match="cannot be read"):
            call_command("import_questions", "--format", "json", "nema.json")

    def test_exporting(self, tmp_path: Path, editor: User, capsys: pytest.CaptureFixture[str]) -> None:
        for question in quiz_factory.EACH_KIND:
            create_question(facts=question, actor=editor, now=NOW)
        create_question(
            facts=replace(quiz_factory.SHORT, level="7-10", text=BilingualText("Млађи")), actor=editor, now=NOW
        )
        target = tmp_path / "out.json"
        call_command("export_questions", "--format", "json", str(target))
        assert len(read_file(target.read_text("utf-8"))) == len(quiz_factory.EACH_KIND) + 1  # type: ignore[arg-type]
        call_command("export_questions", "--format", "gift", "--level", "11-14", str(target))
        assert target.read_text("utf-8") == write_gift(quiz_factory.EACH_KIND)[0]
        assert "ordering-question: " in capsys.readouterr().err
        with pytest.raises(CommandError, match="No questions match"):
            call_command("export_questions", "--format", "json", "--topic", "nema")
        with pytest.raises(CommandError, match="no quiz"):
            call_command("export_questions", "--format", "json", "--quiz", "nema")


@given(quiz_factory.QUESTIONS)
def test_any_question_comes_back_as_it_was(question: Plain) -> None:
    assert read_file(write_questions([question])) == (question,)


def changed_quiz(change: dict[str, Any], **of_question: Any) -> str:
    data = json.loads(write_quiz(replace(quiz_factory.QUIZ, questions=quiz_factory.QUIZ.questions[:1])))
    data |= change
    if of_question:
        data["questions"][0] |= of_question
    return json.dumps(data)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("null", ""),
        (changed_quiz({"version": 2}), "version"),
        (changed_quiz({"format": "other"}), "format"),
        (changed_quiz({"title": "Наслов"}), "title"),
        (changed_quiz({"title": {"sr": "", "en": ""}}), "title"),
        (changed_quiz({"title": {"de": "Titel"}}), "title"),
        (changed_quiz({"minutes": True}), "minutes"),
        (changed_quiz({"colour": 1}), ""),
        (changed_quiz({"topics": [1]}), "topics[0]"),
        (changed_quiz({"questions": ["x"]}), "questions[0]"),
        (changed_quiz({}, kind="cloze"), "questions[0].kind"),
        (changed_quiz({}, shuffle=1), "questions[0].shuffle"),
        (changed_quiz({}, choices=[{"text": {"sr": "а"}, "weight": "Infinity"}]), "questions[0].choices[0].weight"),
        (changed_quiz({}, choices=[{"text": {"sr": "а\x00"}}]), "questions[0].choices[0].text.sr"),
    ],
)
def test_a_problem_is_named_with_its_place(text: str, where: str) -> None:
    with pytest.raises(FormatProblem) as caught:
        read_file(text)
    assert caught.value.where == where
    assert caught.value.what
