"""Statistics of a quiz: equal to its counters, no shares below the minimum, and no formulas in CSV."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from awareness.quizzes.admin.statistics import QuizFigures, figures_of
from awareness.quizzes.kinds.schemas import BilingualText
from awareness.quizzes.models import PlayMode, Quiz
from awareness.quizzes.services import create_quiz
from awareness.quizzes.statistics import count_choices, count_play, count_question
from tests.awareness.quizzes.conftest import found_quiz
from tests.clients.staff import Person
from tests.factories import quizzes as quiz_factory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("published_quiz")]
NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)


def figures() -> QuizFigures:
    return figures_of(found_quiz())


def play(quiz: Quiz, place: int, *, shown: int, answered: int, credit: float, chosen: dict[int, int]) -> None:
    """Create the counters of the question at an index."""
    question = quiz.entries.all()[place].question
    choices = list(question.choices.all())
    count_question(quiz_id=quiz.pk, question_id=question.pk, shown=shown, answered=answered, credit=credit)
    count_choices(quiz_id=quiz.pk, chosen=[(choices[each].pk, times) for each, times in chosen.items()])


def test_numbers_and_shares(quiz: Quiz) -> None:
    count_play(quiz_id=quiz.pk, mode=PlayMode.ALONE, now=NOW, started=8, finished=6)
    count_play(quiz_id=quiz.pk, mode=PlayMode.ALONE, now=NOW.replace(day=2), started=2, finished=0)
    count_play(quiz_id=quiz.pk, mode=PlayMode.CLASS, now=NOW, started=4, finished=4)
    play(quiz, 0, shown=10, answered=8, credit=6, chosen={1: 5, 2: 2, 0: 1})
    found = figures()
    assert [(mode.started, mode.finished, mode.share) for mode in found.modes] == [(10, 6, 0.6), (4, 4, None)]
    first = found.questions[0]
    assert (first.shown, first.answered, first.facility, first.stopped, first.stopped_share) == (10, 8, 0.75, 2, 0.2)
    assert [(choice.chosen, choice.share, choice.is_wanted) for choice in first.choices] == [
        (1, 0.125, False),
        (5, 0.625, True),
        (2, 0.25, True),
    ]
    assert [question.number for question in found.questions] == list(range(1, len(quiz_factory.EACH_KIND) + 1))
    assert all(question.answered == 0 for question in found.questions[1:])


def test_few_answers_and_polls_have_no_facility(quiz: Quiz) -> None:
    place = quiz_factory.EACH_KIND.index(quiz_factory.POLL)
    play(quiz, 0, shown=4, answered=4, credit=4, chosen={1: 4})
    play(quiz, place, shown=9, answered=9, credit=0, chosen={0: 9})
    first = figures().questions[0]
    assert (first.few, first.facility, first.stopped_share) == (True, None, None)
    assert {choice.share for choice in first.choices} == {None}
    poll = figures().questions[place]
    assert (poll.facility, poll.choices[0].share) == (None, 1)


def test_the_page_shows_bars_with_their_numbers_and_nothing_of_few(person: Person, quiz: Quiz) -> None:
    play(quiz, 0, shown=10, answered=8, credit=6, chosen={1: 5})
    play(quiz, 1, shown=3, answered=3, credit=1, chosen={0: 3})
    page = person.client.get(f"/admin/quizzes/quiz/{quiz.pk}/figures/").content.decode()
    assert page.count("</svg> 75 %") == 1
    assert "</svg> 62 %" in page
    # The other questions have too few answers, so they have no table.
    assert page.count('<section class="figures-question"') == 1
    assert page.count('class="share-bar"') == 3 + 2


def test_the_table_is_safe_in_a_spreadsheet_and_silent_of_few(person: Person) -> None:
    wild = replace(
        quiz_factory.SINGLE,
        name="=HYPERLINK(1)",
        text=BilingualText("+1"),
        choices=(
            replace(quiz_factory.SINGLE.choices[1], text=BilingualText("@а")),
            replace(quiz_factory.SINGLE.choices[0], text=BilingualText("-б")),
        ),
    )
    quiz = create_quiz(
        facts=replace(quiz_factory.QUIZ, slug="divlji", questions=(wild, quiz_factory.POLL)), actor=person.user, now=NOW
    )
    play(quiz, 0, shown=9, answered=8, credit=4, chosen={0: 6, 1: 2})
    play(quiz, 1, shown=4, answered=4, credit=0, chosen={0: 3, 1: 1})
    response = person.client.get(f"/admin/quizzes/quiz/{quiz.pk}/figures.csv")
    assert response["Content-Disposition"] == 'attachment; filename="divlji.csv"'
    rows = list(csv.reader(io.StringIO(response.getvalue().decode("utf-8-sig"))))
    assert len(rows) == 1 + 2 + 3
    assert rows[1][1:2] + rows[1][3:] == ["'=HYPERLINK(1)", "'+1", "9", "8", "50", "1", "'@а", "6", "75"]
    assert rows[2][8:] == ["'-б", "2", "25"]
    assert [row[9:] for row in rows[3:]] == [["", ""]] * 3
