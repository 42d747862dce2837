"""GIFT: every feature is parsed as documented or reported with its line, and exports round-trip."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awareness.quizzes.import_export.gift.parser import MAX_QUESTIONS, read_gift
from awareness.quizzes.import_export.gift.writer import write_gift
from awareness.quizzes.import_export.parse_result import ParsedQuestion
from awareness.quizzes.kinds.registry import QUESTION_KINDS
from awareness.quizzes.kinds.schemas import EMPTY_TEXT, BilingualText, Choice, Question
from tests.factories import quizzes as quiz_factory
from tests.timing import seconds

# A choice as (text, weight, feedback).
FeedbackTexts = tuple[str, str, str]


def one(text: str, language: str = "sr") -> Question:
    """Return the only question of a file without notes."""
    (found,) = read_gift(text, language)
    assert found.notes == ()
    assert found.question is not None
    return found.question


def choice_rows(question: Question) -> list[FeedbackTexts]:
    return [(choice.text.sr, str(choice.weight.normalize() + 0), choice.feedback.sr) for choice in question.choices]


def notes(text: str) -> list[tuple[int, bool]]:
    return [(note.line, note.blocking) for found in read_gift(text) for note in found.notes]


@pytest.mark.parametrize(
    ("text", "kind", "choices"),
    [
        # One right answer.
        ("Шта је јака лозинка?{~123456 ~име пса =дуга реченица}", "single",
            [("123456", "0", ""), ("име пса", "0", ""), ("дуга реченица", "100", "")]),
        ("Ко сме да зна?{\n  =нико # Тако је!\n  ~%50%мама # Скоро.\n  ~другар\n}", "single",
            [("нико", "100", "Тако је!"), ("мама", "50", "Скоро."), ("другар", "0", "")]),
        # Several right answers.
        ("Шта чуваш?{~%50%адресу ~%50%лозинку ~%-50%виц ~песму}", "multiple",
            [("адресу", "50", ""), ("лозинку", "50", ""), ("виц", "-50", ""), ("песму", "0", "")]),
        # True or false, with feedback for wrong and right answers.
        ("Све на мрежи је тачно.{F}", "true_false", [("Тачно", "0", ""), ("Нетачно", "100", "")]),
        ("Вода је мокра.{TRUE#Додирни је.#Јесте!}", "true_false", [("Тачно", "100", "Јесте!"), ("Нетачно", "0", "Додирни је.")]),
        # Short answers.
        ("Двоје и двоје је {=четири =4}.", "short", [("четири", "100", ""), ("4", "100", "")]),
        ("Како се зове?{=Кликси#Да! =%50%Клик*#Умало.}", "short", [("Кликси", "100", "Да!"), ("Клик*", "50", "Умало.")]),
        ("Само реч{реч}", "short", [("реч", "100", "")]),
        # Numbers.
        ("Број деце?{#116}", "numeric", [("116", "100", "")]),
        ("Година?{#\n =1983:0#Тачно те године.\n =%50%1983:2#Близу.\n}", "numeric",
            [("1983", "100", "Тачно те године."), ("1983", "50", "Близу.")]),
        ("Хиљаду?{#1e3}", "numeric", [("1000", "100", "")]),
        # Matching.
        ("Ко шта каже?{=пас -> ав =мачка->мјау}", "matching", [("пас", "0", ""), ("мачка", "0", "")]),
        ("Коме?{=име -> питај\n=адреса -> питај\n=виц -> подели}", "sorting", [("име", "0", ""), ("адреса", "0", ""), ("виц", "0", "")]),
    ],
)  # fmt: skip
def test_each_kind(text: str, kind: str, choices: list[FeedbackTexts]) -> None:
    question = one(text)
    assert (question.kind, choice_rows(question)) == (kind, choices)


def test_tolerances_and_pairs_keep_both_halves() -> None:
    question = one("Број?{#3.14:0.01 =%50%1..4 =%25%7}")
    assert [choice.tolerance for choice in question.choices] == [Decimal("0.01"), Decimal("1.5"), None]
    assert question.choices[1].text == BilingualText("2.5", "2.5")
    question = one("Пар?{=а -> први =б -> други -> са стрелицом}")
    assert [choice.match.sr for choice in question.choices] == ["први", "други -> са стрелицом"]
    question = one("Is it safe?{~yes =no}", "en")
    assert (question.text, question.choices[1].text) == (BilingualText("", "Is it safe?"), BilingualText("", "no"))


def test_a_file_with_everything() -> None:
    text = (
        "// Све што формат има\n"
        "$CATEGORY: $course$/top/Безбедност/Лозинке\n"
        "\n"
        "// [id:7] [tag:level 11-14] [tag:topic phishing] [tag:difficulty 3]\n"
        "::Прва \\: лозинка::[html]Шта је<br>лозинка&nbsp;&lt;3?{\n"
        "// усред одговора\n"
        "=кључ#<b>Да</b>\n"
        "~брава####Зато што \\{отвара\\}.\n"
        "}\n"
        "\n\n"
        "Ја {~волим =чувам ~бацам} своју\nлозинку.\n"
        "\n"
        "$CATEGORY: Друго\n"
        "Без празног реда{T}\n"
    )
    first, second, third = read_gift(text.replace("\n", "\r\n"))
    assert first.question == Question(
        kind="single",
        name="Прва : лозинка",
        text=BilingualText("Шта је\nлозинка <3?"),
        choices=(
            Choice(text=BilingualText("кључ"), weight=Decimal(100), feedback=BilingualText("Да")),
            Choice(text=BilingualText("брава"), weight=Decimal(0)),
        ),
        explanation=BilingualText("Зато што {отвара}."),
        category="$course$/top/Безбедност/Лозинке",
        level="11-14",
        topic="phishing",
        difficulty=3,
    )
    assert (first.line, [(note.line, note.blocking) for note in first.notes]) == (5, [(5, False), (7, False)])
    assert second.question is not None
    assert (second.line, second.question.text.sr) == (12, "Ја _____ своју\nлозинку.")
    assert second.question.name == "Ја _____ своју лозинку."
    assert (second.question.level, second.question.category) == ("", first.question.category)
    assert third.question is not None
    assert (third.line, third.question.category, third.question.kind) == (16, "Друго", "true_false")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (r"\~ \= \# \{ \} \:", "~ = # { } :"),
        (r"\\\~", r"\~"),
        (r"ред\nдругиред", "ред\nдругиред"),
        (r"C\\new", r"C\new"),
        (r"код \x остаје", r"код \x остаје"),
        ("[plain]<b>&amp;", "<b>&amp;"),
        ("[nothing]x", "[nothing]x"),
        ("3 < 5 и 5 > 3", "3 < 5 и 5 > 3"),
        ("први ред\n   други ред", "први ред\nдруги ред"),
    ],
)
def test_signs_in_texts(text: str, meant: str) -> None:
    assert one(f"::име::{text}{{T}}").text.sr == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("[html]<p>Један</p><p>два <b>три</b></p>", "Један\nдва три"),
        ("[html]<script>x()</script>ред<img src=x>", "ред"),
        ("[markdown]**важно** и *тихо*, `код`, [страна](https://x.test)", "важно и тихо, код, страна"),
        ("<I>косо</I>", "косо"),
    ],
)
def test_markup_is_removed_with_a_note(text: str, meant: str) -> None:
    (found,) = read_gift(f"\n{text.replace('=', chr(92) + '=').replace('#', chr(92) + '#')}{{T}}")
    assert found.question is not None
    assert found.question.text.sr == meant
    assert [(note.line, note.blocking) for note in found.notes] == [(2, False)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Само текст, без питања.", [(1, False)]),
        ("Напиши састав. {}", []),
        ("Две {=а} исте {=а} речи", [(1, True)]),
        ("\nБез краја {=а\n\n~б}", [(2, True), (4, True)]),
        ("Обрнуто } па {", [(1, True)]),
        ("Један одговор{=а ~}", [(1, True)]),
        ("Ниједан тачан\n{~%50%а\n~%20%б}", [(1, True)]),
        ("Превише{=а\n~%101%б}", [(2, True)]),
        ("Негативно{=а\n~%-50%б}", [(2, False)]),
        ("Исто{=а\n~б\n~б}", [(3, True)]),
        ("Пре прве{а\n~б =в}", [(1, True), (1, True)][:1]),
        ("Није број{#=двадесет}", [(1, True), (1, True), (1, True)]),
        ("Наопако{#5..1}", [(1, True), (1, True), (1, True)]),
        ("Ма шта{#=5\n=%0%*#Не\n~#Не}", [(2, False), (3, False)]),
        ("Пар{=а -> б\n=в}", [(1, True), (1, True), (2, True)]),
        ("Вишак{=а -> б\n=в -> г\n= -> д}", [(3, False)]),
        ("::име без краја{T}", [(1, False)]),
        ("::" + "и" * 130 + "::Дуго{T}", [(1, False)]),
        ("Дуг одговор{=а\n~" + "б" * 500 + "}", [(2, True)]),
        ("д" * 25_000 + "{T}", [(1, True)]),
        ("\n\nНула \x00{T}", [(3, True)]),
        ("Држач \ufdd1{T}", [(1, True)]),
    ],
)
def test_errors_have_line_numbers(text: str, expected: list[tuple[int, bool]]) -> None:
    assert notes(text) == expected


def test_too_many_questions() -> None:
    found = read_gift("Питање{T}\n\n" * (MAX_QUESTIONS + 5))
    assert len(found) == MAX_QUESTIONS + 1
    assert found[-1].question is None


# GIFT can hold all assigned characters.
_WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cn", "Cs"]), max_size=25).map(str.strip)
_WORDED = (quiz_factory.SINGLE, quiz_factory.MULTIPLE, quiz_factory.MATCHING, quiz_factory.SORTING, quiz_factory.SHORT)


def reworded(question: Question, words: str) -> Question:
    """Return the question with other Serbian texts and nothing that GIFT cannot hold."""

    def text(old: BilingualText) -> BilingualText:
        return BilingualText(f"{old.sr} {words}".strip()) if old else EMPTY_TEXT

    choices = [
        Choice(text=text(each.text), weight=each.weight, match=text(each.match), feedback=text(each.feedback))
        for each in question.choices
    ]
    return Question(
        kind=question.kind,
        name="Име",
        text=text(question.text),
        choices=tuple(replace(each, feedback=EMPTY_TEXT) if each.match else each for each in choices),
        explanation=text(question.explanation),
        category="$course$/top/а // б",
        level="7-10",
        topic="phishing",
        difficulty=3,
    )


@given(st.sampled_from(_WORDED), _WORDS.map(lambda words: words.replace("->", "→")))
def test_exported_questions_are_read_unchanged(question: Question, words: str) -> None:
    question = reworded(question, words)
    text, lost = write_gift([question])
    assert [each for each in lost if each.whole] == []
    (found,) = read_gift(text)
    assert found.question == question


def test_unsupported_kinds_are_listed_and_the_rest_is_exported() -> None:
    text, lost = write_gift(quiz_factory.EACH_KIND)
    found = [each.question for each in read_gift(text) if each.question]
    assert {question.kind for question in found} == {code for code, each in QUESTION_KINDS.items() if each.in_gift}
    assert {each.name for each in lost if each.whole} == {
        f"{code}-question" for code, each in QUESTION_KINDS.items() if not each.in_gift
    }
    assert all(f"// {each.name}: " in text for each in lost if each.whole)
    in_part = {each.name for each in lost if not each.whole}
    assert in_part >= {f"{kind}-question" for kind in ("multiple", "true_false", "matching", "sorting", "note")}
    assert not in_part & {f"{kind}-question" for kind in ("single", "short", "numeric", "essay")}


def test_a_missing_english_text_is_exported_in_serbian() -> None:
    text, lost = write_gift([replace(quiz_factory.SINGLE, text=BilingualText("Само српски"))], "en")
    assert "Само српски" in text
    assert len(lost) == 1


@given(st.lists(st.sampled_from([*"{}~=#:%\\[]<>/-.n1аT \n", "::", "####", "->", "{#", "..", "$CATEGORY:", "[html]", "//",
    "%50%", "<b>", "\n\n"]), max_size=60).map("".join))  # fmt: skip
def test_no_mixture_of_signs_breaks_the_reader(text: str) -> None:
    for found in read_gift(text):
        assert isinstance(found, ParsedQuestion)
        assert found.question or found.notes


@pytest.mark.timing
@pytest.mark.parametrize(
    "piece",
    ["{", "}", "~", "=а\n", "::", "<b", "<b>", "[markdown]**", "[a](", "\\", "&lt", "%1", "//\n", "а{=", "\n\nа{T}", "$CATEGORY: а\n"],
)  # fmt: skip
def test_hostile_files_take_time_in_proportion_to_their_length(piece: str) -> None:
    # Two megabytes, the maximum size. Sixteen times the length would take 256 times as long if it grew with the square.
    short, long = (piece * (length // len(piece)) for length in (125_000, 2_000_000))
    assert seconds(read_gift, long) < 64 * seconds(read_gift, short)
