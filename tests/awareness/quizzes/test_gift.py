"""GIFT: every feature is parsed as documented or reported with its line, and exports round-trip."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from awareness.quizzes.import_export.gift.parser import MAX_QUESTIONS, read_gift
from awareness.quizzes.import_export.gift.text import MOODLE_WEIGHTS
from awareness.quizzes.import_export.gift.writer import write_gift
from awareness.quizzes.import_export.parse_result import ParsedQuestion
from awareness.quizzes.kinds.essay import Essay
from awareness.quizzes.kinds.registry import QUESTION_KINDS
from awareness.quizzes.kinds.schemas import EMPTY_TEXT, BilingualText, Choice, Question
from awareness.quizzes.kinds.true_false import FALSE, TRUE
from awareness.quizzes.printing.worksheet import sheet_of
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
        ("Два су тачна{=а =б ~в}", "single", [("а", "100", ""), ("б", "100", ""), ("в", "0", "")]),
        # Several right answers.
        ("Шта чуваш?{~%50%адресу ~%50%лозинку ~%-50%виц ~песму}", "multiple",
            [("адресу", "50", ""), ("лозинку", "50", ""), ("виц", "-50", ""), ("песму", "0", "")]),
        ("Трећине{~%33.33333%а ~%33.33333%б ~%33.33333%в ~%-100%г}", "multiple",
            [("а", "33.33333", ""), ("б", "33.33333", ""), ("в", "33.33333", ""), ("г", "-100", "")]),
        # True or false, with feedback for wrong and right answers.
        ("Све на мрежи је тачно.{F}", "true_false", [("Тачно", "0", ""), ("Нетачно", "100", "")]),
        ("Вода је мокра.{TRUE#Додирни је.#Јесте!}", "true_false", [("Тачно", "100", "Јесте!"), ("Нетачно", "0", "Додирни је.")]),
        ("Вода је сува. { FALSE ##Није! }", "true_false", [("Тачно", "0", ""), ("Нетачно", "100", "Није!")]),
        # Short answers.
        ("Двоје и двоје је {=четири =4}.", "short", [("четири", "100", ""), ("4", "100", "")]),
        ("Како се зове?{=Кликси#Да! =%50%Клик*#Умало.}", "short", [("Кликси", "100", "Да!"), ("Клик*", "50", "Умало.")]),
        ("Само реч{реч}", "short", [("реч", "100", "")]),
        # Numbers.
        ("Број деце?{#116}", "numeric", [("116", "100", "")]),
        ("Пи?{#3.1415:0.0005}", "numeric", [("3.1415", "100", "")]),
        ("Пи?{#3.141..3.142}", "numeric", [("3.1415", "100", "")]),
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


def test_tolerances() -> None:
    question = one("Број?{#3.14:0.01 =%50%1..4 =%25%7}")
    assert [choice.tolerance for choice in question.choices] == [Decimal("0.01"), Decimal("1.5"), None]
    assert question.choices[1].text == BilingualText("2.5", "2.5")


def test_pairs_keep_both_halves() -> None:
    question = one("Пар?{=а -> први =б -> други -> са стрелицом}")
    assert [choice.match.sr for choice in question.choices] == ["први", "други -> са стрелицом"]


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
        (r"a\\b", r"a\b"),
        (r"\\\~", r"\~"),
        (r"ред\nдругиред", "ред\nдругиред"),
        (r"C\\new", r"C\new"),
        (r"код \x остаје", r"код \x остаје"),
        ("[plain]<b>&amp;", "<b>&amp;"),
        ("[plain][html]", "[html]"),
        ("[nothing]x", "[nothing]x"),
        ("3 < 5 и 5 > 3", "3 < 5 и 5 > 3"),
        ("a [x] -> b", "a [x] -> b"),
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
        ("Овде &amp; тамо", "Овде & тамо"),
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
        ("Напиши састав. {####Хвала}", []),
        ("Две {=а} исте {=а} речи", [(1, True)]),
        ("Погрешна {~а} и тачна {=б}", [(1, True)]),
        ("\nБез краја {=а\n\n~б}", [(2, True), (4, True)]),
        ("Обрнуто } па {", [(1, True)]),
        ("Једно{T}\nДруго{F}", [(2, True)]),
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


def test_an_essay_and_a_description_become_items_of_the_worksheet() -> None:
    essay = one("::Писмо::Напиши другу зашто лозинку не даје никоме.{####Нема погрешног одговора.}")
    assert (essay.kind, essay.name, essay.explanation.sr) == ("essay", "Писмо", "Нема погрешног одговора.")
    assert essay.choices == tuple(Choice(text=text) for text in Essay.default_choices)
    (found,) = read_gift("Прочитајте причу пре питања.")
    assert found.question is not None
    assert (found.question.kind, found.question.text.sr) == ("note", "Прочитајте причу пре питања.")
    sheet = sheet_of([essay, found.question], language="sr", seed="")
    assert [item.template.rpartition("/")[2] for item in sheet] == ["essay.html", "note.html"]
    assert render_to_string(sheet[0].template, {"question": sheet[0]}).count("worksheet-line") == 4


def test_several_gaps_become_pairs_of_gap_and_word() -> None:
    question = one("Полиција је {=192 ~911}, а хитна помоћ {=194}.")
    assert (question.kind, question.text.sr) == ("matching", "Полиција је (1) _____, а хитна помоћ (2) _____.")
    assert [(choice.text.sr, choice.match.sr) for choice in question.choices] == [("(1)", "192"), ("(2)", "194")]


def test_too_many_questions() -> None:
    found = read_gift("Питање{T}\n\n" * (MAX_QUESTIONS + 5))
    assert len(found) == MAX_QUESTIONS + 1
    assert found[-1].question is None


def test_english() -> None:
    question = one("Is it safe?{~yes =no}", "en")
    assert (question.text, question.choices[1].text) == (BilingualText("", "Is it safe?"), BilingualText("", "no"))


# The content that GIFT can hold: one language, plain text, no shuffle setting and no feedback on missed answers.
_LINE = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), max_size=25).map(str.strip)
_FEEDBACK = (
    _LINE.filter(bool).map(lambda text: text.replace("->", "→")).filter(lambda text: not text.startswith("\ufeff"))
)
_TEXTS = st.lists(_FEEDBACK, min_size=2, max_size=5, unique_by=str.casefold)
_MAYBE = st.one_of(st.just(EMPTY_TEXT), _FEEDBACK.map(BilingualText))
_PERCENT = st.sampled_from(sorted(MOODLE_WEIGHTS))


def _choices(kind: str, draw: Any) -> list[Choice]:
    if kind == "true_false":
        right = draw(st.booleans())
        pair = zip((TRUE, FALSE), (right, not right), strict=True)
        return [Choice(text=text, weight=Decimal(100 if good else 0), feedback=draw(_MAYBE)) for text, good in pair]
    if kind == "numeric":
        numbers = draw(st.lists(st.decimals(-10000, 10000, places=3), min_size=1, max_size=3))
        texts = [format(number.normalize() + 0, "f") for number in numbers]
        tolerance = st.one_of(st.none(), st.decimals("0.001", 5, places=3))
        return [
            Choice(
                text=BilingualText(text, text), weight=Decimal(100), feedback=draw(_MAYBE), tolerance=draw(tolerance)
            )
            for text in texts
        ]
    if kind in {"essay", "note"}:
        return [Choice(text=text) for text in QUESTION_KINDS[kind].default_choices]
    texts = draw(_TEXTS)
    if kind in {"matching", "sorting"}:
        groups = draw(st.lists(_FEEDBACK, min_size=len(texts), max_size=len(texts), unique=True))
        if kind == "sorting":
            groups = [groups[0], *groups[1:-1], groups[0]] if len(texts) > 2 else groups
        return [
            Choice(text=BilingualText(text), match=BilingualText(group))
            for text, group in zip(texts, groups, strict=True)
        ]
    if kind == "multiple":
        weights = [Decimal(100), *(-draw(_PERCENT) + 0 for _each in texts[1:])]
    else:
        weights = [Decimal(100), *(draw(_PERCENT) for _each in texts[1:])]
    pairs = zip(texts, weights, strict=True)
    return [Choice(text=BilingualText(text), weight=weight, feedback=draw(_MAYBE)) for text, weight in pairs]


@st.composite
def gift_questions(draw: Any) -> Question:
    kind = draw(st.sampled_from([code for code, each in QUESTION_KINDS.items() if each.in_gift]))
    choices = tuple(_choices(kind, draw))
    if kind in {"matching", "sorting"}:
        kind = "sorting" if len({choice.match for choice in choices}) < len(choices) else "matching"
    return Question(
        kind=kind,
        name=" ".join(draw(_FEEDBACK).split()),
        text=BilingualText(draw(_FEEDBACK)),
        choices=choices,
        explanation=EMPTY_TEXT if kind == "note" else draw(_MAYBE),
        category=draw(st.sampled_from(["", "Лозинке", "$course$/top/а // б"])),
        level=draw(st.sampled_from(["", "7-10", "15-18"])),
        topic=draw(st.sampled_from(["", "phishing"])),
        difficulty=draw(st.integers(1, 3)),
    )


def _clean(question: Question) -> Question:
    """Drop noncharacters, which GIFT text cannot contain."""
    text, _lost = write_gift([question])
    return question if "\ufffd" not in text else replace(question, name="")


@given(st.lists(gift_questions(), max_size=4))
def test_exported_questions_are_read_unchanged(questions: list[Question]) -> None:
    questions = [question for question in questions if _clean(question).name]
    text, lost = write_gift(questions)
    assert [each for each in lost if each.whole] == []
    found = read_gift(text)
    assert [note for each in found for note in each.notes if note.blocking] == []
    assert [each.question for each in found] == sorted(questions, key=lambda each: bool(each.category))


def test_unsupported_kinds_are_listed_and_the_rest_is_exported() -> None:
    text, lost = write_gift(quiz_factory.EACH_KIND)
    found = [each.question for each in read_gift(text) if each.question]
    assert {question.kind for question in found} == {code for code, each in QUESTION_KINDS.items() if each.in_gift}
    assert {each.name for each in lost if each.whole} == {
        f"{code}-question" for code, each in QUESTION_KINDS.items() if not each.in_gift
    }
    assert all(f"// {each.name}: " in text for each in lost if each.whole)
    assert {each.name for each in lost if not each.whole} == {
        *("multiple-question", "true_false-question", "matching-question", "sorting-question", "note-question"),
    }


def test_a_choice_of_which_everything_is_right_stays_a_choice() -> None:
    question = replace(
        quiz_factory.SINGLE,
        choices=(*quiz_factory.SINGLE.choices[1:2], replace(quiz_factory.SINGLE.choices[0], weight=Decimal(100))),
    )
    assert one(write_gift([question])[0]).kind == "single"


def test_a_missing_english_text_is_exported_in_serbian() -> None:
    question = replace(quiz_factory.SINGLE, text=BilingualText("Само српски"))
    text, lost = write_gift([question], "en")
    assert "Само српски" in text
    assert "а (en)" in text
    assert [each.name for each in lost] == [question.name]


@given(st.text(max_size=300))
def test_no_text_breaks_the_reader(text: str) -> None:
    for found in read_gift(text):
        assert found.question or found.notes


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
