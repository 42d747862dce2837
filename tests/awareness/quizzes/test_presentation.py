"""How questions are shown, how answers are read from forms, and what is said to them: every kind, without scripts."""

from decimal import Decimal

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from awareness.quizzes.enums import QuestionKind
from awareness.quizzes.feedback import answer_feedback
from awareness.quizzes.kinds.answers import Answer, read_answer, score_answer
from awareness.quizzes.kinds.schemas import BilingualText, Choice, Question
from awareness.quizzes.labels import ChoiceOutcome, Verdict
from awareness.quizzes.presentation import (
    PostedAnswer,
    PresentedQuestion,
    present_question,
    presented_order,
    read_posted_answer,
)
from tests.awareness.quizzes import making
from tests.awareness.quizzes.filling import RIGHT, WRONG, fields_of, filled
from tests.awareness.reader import PageReader

PARTLY: dict[QuestionKind, Answer] = {
    QuestionKind.SINGLE: (2,),
    QuestionKind.MULTIPLE: (0,),
    QuestionKind.ORDERING: (1, 2, 3, 0),
    QuestionKind.MATCHING: (0, 2, 1),
    QuestionKind.SORTING: (0, 1, 0, 0),
    QuestionKind.CLUES: (1,),
    QuestionKind.SCENARIO: (0, 3),
    QuestionKind.SHORT: "шифрарник (ср)",
    QuestionKind.NUMERIC: "14",
}
every_kind = pytest.mark.parametrize("question", making.EACH_KIND, ids=lambda question: question.kind)


def render(question: PresentedQuestion, language: str = "en") -> PageReader:
    with translation.override(language):
        return PageReader(render_to_string(question.template, {"question": question}))


def send(question: Question, answer: Answer) -> PostedAnswer:
    """Fill in the form as a browser would, as often as the question goes on."""
    posted = read_posted_answer(question, QueryDict())
    for fields in filled(question, answer):
        page = render(present_question(question, language="en", seed="x", posted=posted))
        names = fields_of(page)
        for name, values in fields.lists():
            for value in values:
                assert names[name] is None or value in names[name], f"{name}={value} cannot be chosen"
        posted = read_posted_answer(question, fields)
    return posted


@every_kind
def test_what_is_filled_in_is_read_and_marked(question: Question) -> None:
    wanted = [(answers[question.kind], verdict) for answers, verdict in ((RIGHT, Verdict.RIGHT), (PARTLY, Verdict.PARTLY), (WRONG, Verdict.WRONG)) if question.kind in answers]  # fmt: skip
    assert len(wanted) >= (1 if question.kind == QuestionKind.POLL else 2)
    for answer, verdict in wanted:
        posted = send(question, answer)
        assert posted.answer == read_answer(question, answer)
        assert posted.answer is not None
        marked = score_answer(question, posted.answer)
        said = answer_feedback(question, posted.answer, marked, language="sr", seed="x")
        assert said.verdict == (Verdict.OPINION if question.kind == QuestionKind.POLL else verdict)
        page = PageReader(render_to_string("public/quizzes/_feedback.html", {"told": said}))
        assert "Зато (ср)" in page.text
        assert "https://example.org/" in [link["href"] for link in page.all("a")]


@every_kind
def test_nothing_filled_in_is_said_at_the_question(question: Question) -> None:
    posted = read_posted_answer(question, QueryDict())
    assert (posted.answer, bool(posted.problem)) == (None, True)
    page = render(present_question(question, language="en", seed="x", posted=posted))
    with translation.override("en"):
        assert str(posted.problem) in page.text
    described = [
        attributes for _tag, attributes in page.elements if attributes.get("aria-describedby") == "ask-problem"
    ]
    assert len(described) == 1
    assert "ask-problem" in page.ids()


@every_kind
def test_a_question_shows_every_text_and_gives_nothing_away(question: Question) -> None:
    page = render(present_question(question, language="en", seed="x"))
    wanted = (
        [question.choices[place] for place in question.choices_at(0)]
        if question.kind == QuestionKind.SCENARIO
        else [] if question.kind in {QuestionKind.SHORT, QuestionKind.NUMERIC} else list(question.choices)
    )  # fmt: skip
    for choice in wanted:
        assert choice.text.en in page.text
    for choice in question.choices:
        assert choice.feedback.en not in page.text or not choice.feedback
        assert all(str(choice.weight) not in values for _tag, attributes in page.elements for values in attributes.values() if choice.weight)  # fmt: skip
    assert len(page.ids()) == len(set(page.ids()))


def test_what_was_half_filled_in_stays() -> None:
    half = QueryDict("put-0=2&put-1=2&put-2=4")
    posted = read_posted_answer(making.ORDERING, half)
    assert posted.answer is None
    page = render(present_question(making.ORDERING, language="sr", seed="x", posted=posted))
    assert sorted(option["value"] for option in page.all("option") if "selected" in option) == ["2", "2", "4"]
    posted = read_posted_answer(making.SORTING, QueryDict("put-0=0&put-2=2"))
    page = render(present_question(making.SORTING, language="sr", seed="x", posted=posted))
    assert sorted(option["value"] for option in page.all("option") if "selected" in option) == ["0", "2"]
    posted = read_posted_answer(making.NUMERIC, QueryDict("answer=много"))
    page = render(present_question(making.NUMERIC, language="sr", seed="x", posted=posted))
    assert page.all("input")[0]["value"] == "много"


def test_the_order_comes_from_the_seed_alone() -> None:
    orders = {tuple(presented_order(making.SINGLE, str(seed))) for seed in range(40)}
    assert len(orders) == 6
    assert presented_order(making.SINGLE, "a") == presented_order(making.SINGLE, "a")
    fixed = Question(
        kind=QuestionKind.SINGLE, name="f", text=BilingualText("а"), choices=making.SINGLE.choices, shuffle=False
    )
    assert {tuple(presented_order(fixed, str(seed))) for seed in range(9)} == {(0, 1, 2)}
    for kept in (making.TRUE_FALSE, making.CLUES):
        assert presented_order(kept, "a") == list(range(len(kept.choices)))


def test_what_is_to_be_ordered_never_stands_in_order_already() -> None:
    two = Question(
        kind=QuestionKind.ORDERING,
        name="o",
        text=BilingualText("а"),
        choices=making.ORDERING.choices[:2],
        shuffle=False,
    )
    assert {tuple(presented_order(two, str(seed))) for seed in range(30)} == {(1, 0)}
    assert all(presented_order(making.ORDERING, str(seed)) != [0, 1, 2, 3] for seed in range(200))


def test_a_scenario_goes_on_and_shows_its_way() -> None:
    posted = read_posted_answer(making.SCENARIO, QueryDict("answer=0"))
    assert (posted.answer, posted.way, posted.problem) == (None, (0,), "")
    page = render(present_question(making.SCENARIO, language="sr", seed="x", posted=posted), "sr")
    assert "Одговори (ср)" in page.text
    assert "Тражи слику (ср)" in page.text
    assert [field["value"] for field in page.all("input", name="way")] == ["0"]
    assert [field["value"] for field in page.all("input", type="radio")] == ["2", "3"]
    assert read_posted_answer(making.SCENARIO, QueryDict("way=0&answer=3")).answer == (0, 3)


@pytest.mark.parametrize("query", ["way=2&answer=3", "way=1&answer=0", "way=99&answer=0", "way=0&answer=1", "way=x"])
def test_a_way_that_nobody_can_have_gone_is_no_answer(query: str) -> None:
    posted = read_posted_answer(making.SCENARIO, QueryDict(query))
    assert posted.answer is None
    present_question(making.SCENARIO, language="sr", seed="x", posted=posted)


def test_going_round_ends() -> None:
    round_ = Question(
        kind=QuestionKind.SCENARIO,
        name="r",
        text=BilingualText("а"),
        choices=(
            Choice(text=BilingualText("опет"), leads_to=0),
            Choice(text=BilingualText("крај"), weight=Decimal(100)),
        ),
    )
    way = QueryDict("&".join(["way=0"] * 50 + ["answer=1"]))
    assert read_posted_answer(round_, way).way == ()
    shown = present_question(round_, language="sr", seed="x", way=(0, 0))
    assert [step.situation for step in shown.steps] == ["а", "а"]


@pytest.mark.parametrize("query", ["answer=7", "answer=-1", "answer=٣", "answer=1e1", "answer=", "answer=" + "9" * 500])
def test_what_cannot_be_chosen_is_not_chosen(query: str) -> None:
    for question in (making.SINGLE, making.MULTIPLE, making.CLUES, making.SCENARIO, making.POLL, making.TRUE_FALSE):
        assert read_posted_answer(question, QueryDict(query)).answer is None


@given(making.QUESTIONS, st.dictionaries(st.sampled_from(["answer", "way", "put-0", "put-1", "put-2"]), st.lists(st.text(max_size=4) | st.integers(-2, 9).map(str), max_size=5)))  # fmt: skip
def test_anything_is_read_and_answered(question: Question, fields: dict[str, list[str]]) -> None:
    post = QueryDict(mutable=True)
    for name, values in fields.items():
        post.setlist(name, values)
    posted = read_posted_answer(question, post)
    shown = present_question(question, language="en", seed="x", posted=posted)
    assert {choice.place for choice in shown.choices} <= set(range(len(question.choices)))
    if posted.answer is None:
        assert posted.problem or question.kind == QuestionKind.SCENARIO
        answer_feedback(question, None, None, language="sr", seed="x")
    else:
        assert read_answer(question, posted.answer) == posted.answer
        answer_feedback(question, posted.answer, score_answer(question, posted.answer), language="en", seed="x")


def parts(question: Question, answer: Answer | None) -> list[tuple[str, ChoiceOutcome, str]]:
    marked = None if answer is None else score_answer(question, answer)
    said = answer_feedback(question, answer, marked, language="sr", seed="x")
    return sorted((choice.text.removesuffix(" (ср)"), choice.part, choice.note.removesuffix(" (ср)")) for choice in said.choices)  # fmt: skip


def test_each_choice_hears_its_own() -> None:
    assert parts(making.MULTIPLE, (1, 2)) == [
        ("а", ChoiceOutcome.MISSED, "а је требало"),
        ("б", ChoiceOutcome.WRONG, "на б"),
        ("в", ChoiceOutcome.RIGHT, "на в"),
    ]
    # Half a right answer is not shown to who did not choose it.
    assert parts(making.SINGLE, (0,)) == [("а", ChoiceOutcome.WRONG, "на а"), ("б", ChoiceOutcome.MISSED, "на б")]
    assert parts(making.SINGLE, (2,)) == [("б", ChoiceOutcome.MISSED, "на б"), ("в", ChoiceOutcome.CHOSEN, "на в")]
    assert parts(making.POLL, (2,)) == [("не знам", ChoiceOutcome.CHOSEN, "на не знам")]
    assert parts(making.SINGLE, None) == [("б", ChoiceOutcome.MISSED, "на б")]


def test_a_story_that_ended_badly_says_that_another_way_does_not() -> None:
    for way, better in (((1,), False), ((0, 3), True), ((0, 2), True)):
        said = answer_feedback(making.SCENARIO, way, score_answer(making.SCENARIO, way), language="en", seed="x")
        with translation.override("en"):
            page = PageReader(render_to_string("public/quizzes/_feedback.html", {"told": said}))
        assert ("There is another way" in page.text) == better
        assert [step.text for step in said.steps] == [making.SCENARIO.choices[place].text.en for place in way]


def test_what_was_put_wrongly_says_where_it_belongs() -> None:
    said = answer_feedback(
        making.ORDERING, (1, 0, 2, 3), score_answer(making.ORDERING, (1, 0, 2, 3)), language="sr", seed="x"
    )
    assert [(choice.wanted, choice.given, choice.part) for choice in said.choices] == [
        ("1", "2", ChoiceOutcome.WRONG),
        ("2", "1", ChoiceOutcome.WRONG),
        ("3", "", ChoiceOutcome.RIGHT),
        ("4", "", ChoiceOutcome.RIGHT),
    ]
    said = answer_feedback(
        making.MATCHING, (1, 0, 2), score_answer(making.MATCHING, (1, 0, 2)), language="sr", seed="x"
    )
    assert {(choice.text, choice.given, choice.wanted) for choice in said.choices} == {
        ("пас (ср)", "мјауче (ср)", "лаје (ср)"),
        ("мачка (ср)", "лаје (ср)", "мјауче (ср)"),
        ("јеж (ср)", "", "шушка (ср)"),
    }


def test_what_was_written_is_met_with_what_is_right() -> None:
    said = answer_feedback(making.SHORT, "не знам", score_answer(making.SHORT, "не знам"), language="sr", seed="x")
    assert (said.accepted, said.note) == (("лозинка (ср)",), "")
    said = answer_feedback(
        making.SHORT, "LOZINKA (sr)", score_answer(making.SHORT, "LOZINKA (sr)"), language="sr", seed="x"
    )
    assert (said.accepted, said.note) == ((), "на лозинка (ср)")
    with translation.override("en"):
        said = answer_feedback(making.NUMERIC, "3", score_answer(making.NUMERIC, "3"), language="en", seed="x")
    assert said.accepted == ("15 (give or take 0.5)",)


def test_what_is_only_in_serbian_says_so_on_an_english_page() -> None:
    question = Question(
        kind=QuestionKind.POLL, name="p", text=BilingualText("Шта мислиш?"), choices=making.POLL.choices
    )
    assert render(present_question(question, language="en", seed="x")).all("fieldset")[0]["lang"] == "sr-Cyrl"
    assert "lang" not in render(present_question(question, language="sr", seed="x")).all("fieldset")[0]
