"""Moodle XML: the kinds that fit, what cannot be imported, and hostile files."""

from decimal import Decimal

import pytest

from awareness.quizzes.import_export.moodle_xml import read_moodle_xml
from awareness.quizzes.kinds.schemas import Question


def element(kind: str, inside: str, text: str = "Шта је лозинка?", name: str = "питање") -> str:
    return f"""
<question type="{kind}">
  <name><text>{name}</text></name>
  <questiontext format="html"><text><![CDATA[<p>{text}</p>]]></text></questiontext>
  <generalfeedback format="html"><text><![CDATA[<p>Зато.</p>]]></text></generalfeedback>
  {inside}
</question>"""


def quiz(*questions: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>{"".join(questions)}\n</quiz>'


def answer(text: str, fraction: str, feedback: str = "") -> str:
    feedback_xml = f"<feedback><text>{feedback}</text></feedback>" if feedback else ""
    return f'<answer fraction="{fraction}" format="html"><text><![CDATA[<p>{text}</p>]]></text>{feedback_xml}</answer>'


def read_one(question: str) -> Question:
    [parsed] = read_moodle_xml(quiz(question), "sr")
    assert parsed.question is not None, parsed.notes
    assert not [note for note in parsed.notes if note.blocking]
    return parsed.question


def choices(question: Question) -> list[tuple[str, Decimal]]:
    return [(choice.text.sr, choice.weight) for choice in question.choices]


def test_a_choice_of_one_with_feedback_and_explanation() -> None:
    question = read_one(
        element("multichoice", "<single>true</single>" + answer("Кључ = тајна", "100", "Тако је.") + answer("Име", "0"))
    )
    assert (question.kind, question.text.sr, question.explanation.sr) == ("single", "Шта је лозинка?", "Зато.")
    assert choices(question) == [("Кључ = тајна", Decimal(100)), ("Име", Decimal(0))]
    assert question.choices[0].feedback.sr == "Тако је."


@pytest.mark.parametrize("is_true", [True, False])
def test_true_or_false_keeps_the_feedback_of_both_answers(is_true: bool) -> None:
    true, false = ("100", "0") if is_true else ("0", "100")

    def read(of_true: str, of_false: str) -> Question:
        answers = answer("true", true, of_true) + answer("false", false, of_false)
        return read_one(element("truefalse", answers.replace("<p>", "").replace("</p>", "")))

    question = read("Рекао си: тачно = да.", "Рекао си: нетачно.#")
    assert [each.weight for each in question.choices] == [Decimal(true), Decimal(false)]
    assert [each.feedback.sr for each in question.choices] == ["Рекао си: тачно = да.", "Рекао си: нетачно.#"]
    assert question.explanation.sr == "Зато."
    assert [each.feedback.sr for each in read("Само ово.", "").choices] == ["Само ово.", ""]
    assert [each.feedback.sr for each in read("", "Само ово.").choices] == ["", "Само ово."]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("cloze", "Полицију зовеш на {1:SA:=192}."),
        ("cloze", "Полицију зовеш на {1:MULTICHOICE:=192~%0%911#Не у Србији.~94}."),
        ("cloze", "Полиција је {1:SA:=192}, а хитна помоћ {1:MC:=194~193}."),
        ("description", "Прочитај причу."),
    ],
)
def test_gaps_and_descriptions_keep_the_general_feedback(kind: str, text: str) -> None:
    question = read_one(element(kind, "", text))
    assert question.explanation.sr == "Зато."
    assert "Зато" not in question.text.sr
    assert not [choice for choice in question.choices if "Зато" in f"{choice.text.sr}{choice.match.sr}"]


def test_a_word_a_number_and_pairs() -> None:
    word = '<answer fraction="100" format="plain_text"><text>лозинка</text></answer>'
    assert choices(read_one(element("shortanswer", word))) == [("лозинка", Decimal(100))]
    number = '<answer fraction="100"><text>192</text><tolerance>0</tolerance></answer>'
    assert read_one(element("numerical", number)).kind == "numeric"
    pair = '<subquestion format="html"><text>{}</text><answer><text>{}</text></answer></subquestion>'
    pairs = read_one(element("matching", pair.format("Пас", "лаје") + pair.format("Мачка", "преде")))
    assert [(each.text.sr, each.match.sr) for each in pairs.choices] == [("Пас", "лаје"), ("Мачка", "преде")]


def test_texts_with_one_gap_and_with_several() -> None:
    question = read_one(element("cloze", "", "Полицију зовеш на {1:MULTICHOICE:=192~%0%911#Не у Србији.~94}."))
    assert (question.kind, question.text.sr) == ("single", "Полицију зовеш на _____.")
    assert [text for text, weight in choices(question) if weight == 100] == ["192"]
    question = read_one(element("cloze", "", "Полиција је {1:SA:=192}, а хитна помоћ {1:MC:=194~193}."))
    assert (question.kind, question.text.sr) == ("matching", "Полиција је (1) _____, а хитна помоћ (2) _____.")
    assert [each.match.sr for each in question.choices] == ["192", "194"]


def test_an_essay_and_a_description() -> None:
    assert read_one(element("essay", "", "Напиши писмо.")).kind == "essay"
    (found,) = read_moodle_xml(quiz(element("description", "", "Прочитај причу.")), "sr")
    assert found.question is not None
    assert found.question.kind == "note"


def test_categories_lines_and_names_follow() -> None:
    category = '<question type="category"><category><text>Лозинке</text></category></question>'
    text = quiz(
        element("truefalse", answer("true", "100")), category, element("truefalse", answer("true", "100"), name="друго")
    )
    first, second = read_moodle_xml(text, "sr")
    assert first.question
    assert second.question
    assert [first.question.category, second.question.category] == ["", "Лозинке"]
    assert second.question.name == "друго"
    assert text.splitlines()[second.line - 1].startswith('<question type="truefalse">')


@pytest.mark.parametrize(
    ("kind", "inside", "text"),
    [
        ("ddmarker", "", "Повуци."),
        ("cloze", "", "{1:NUMERICAL:=5} и {1:SA:=б}"),
        ("multichoice", answer("А", "много"), "Шта?"),
        ("multichoice", answer("А", "NaN"), "Шта?"),
        ("", "", "Шта?"),
    ],
)
def test_unsupported_questions_are_reported_with_line_and_source(kind: str, inside: str, text: str) -> None:
    good, bad = read_moodle_xml(quiz(element("truefalse", answer("true", "100")), element(kind, inside, text)), "en")
    assert good.question is not None
    assert bad.question is None
    [note] = [note for note in bad.notes if note.blocking]
    assert note.line == bad.line
    assert text.strip("{}")[:3] in bad.source.replace("\\", "")


HOSTILE = {
    "entities": '<!DOCTYPE quiz [<!ENTITY a "ха"><!ENTITY b "&a;&a;">]><quiz><question type="essay">&b;</question></quiz>',
    "file": '<!DOCTYPE quiz [<!ENTITY x SYSTEM "file:///etc/passwd">]><quiz><question>&x;</question></quiz>',
    "network": '<!DOCTYPE quiz SYSTEM "https://example.org/quiz.dtd"><quiz></quiz>',
    "unfinished": "<quiz><question>",
    "no questions": "<html></html>",
    "text": "Шта је ово?",
    "nothing": "<quiz/>",
    "deep": "<quiz>" + "<question>" * 400 + "</question>" * 400 + "</quiz>",
    "no parts": '<quiz><question type="multichoice"/><question type="matching"><subquestion/></question></quiz>',
    "nul": "<quiz><question type='essay'>\x00</question></quiz>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_gives_no_question_and_no_error(name: str) -> None:
    found = read_moodle_xml(HOSTILE[name], "sr")
    assert not [each for each in found if each.question and not [note for note in each.notes if note.blocking]]
    assert "root:" not in str(found)
