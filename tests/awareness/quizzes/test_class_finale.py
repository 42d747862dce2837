"""The finale of a class: the common result, the hardest questions, its print page and its file."""

import re
from datetime import UTC, datetime

import pytest
from django.test import Client

from awareness.quizzes.kinds.registry import QUESTION_KINDS
from awareness.quizzes.live import selectors, services
from awareness.quizzes.live.models import ClassAnswer, ClassPupil, ClassSession, Pace, Phase
from awareness.quizzes.models import Question
from tests.awareness.quizzes.conftest import found_quiz, open_class, step, text
from tests.clients.quiz_player import OURS
from tests.factories import quizzes as quiz_factory
from tests.rate_limits import set_limit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("published_quiz")]
POSITIONS = {each.kind: place for place, each in enumerate(quiz_factory.EACH_KIND)}


def fill(session: ClassSession, rights: dict[int, int], *, pupils: int = 6) -> None:
    """Let each pupil answer the questions; `rights`: how many right answers each position has."""
    keys = [ClassPupil.objects.create(session=session, key=f"key{each}") for each in range(pupils)]
    for position, right in rights.items():
        kind = quiz_factory.EACH_KIND[position].kind
        for number, who in enumerate(keys):
            credit = None if kind == "poll" else 1.0 if number < right else 0.5
            answer = "nešto" if QUESTION_KINDS[kind].is_written else [0]
            ClassAnswer.objects.create(pupil=who, session=session, position=position, answer=answer, credit=credit)


def finished_class(rights: dict[int, int], *, pupils: int = 6, pace: Pace = Pace.SELF) -> tuple[ClassSession, str]:
    session, control = open_class(found_quiz(), pace)
    fill(session, rights, pupils=pupils)
    services.finish_class(session=session)
    session.refresh_from_db()
    return session, control


def test_the_hardest_questions_have_the_lowest_shares_and_ties_keep_their_order() -> None:
    session, _control = finished_class({0: 6, 1: 2, 2: 4, POSITIONS["short"]: 2, POSITIONS["numeric"]: 1})
    result = selectors.team_result(session)
    assert result
    assert result.hardest == (POSITIONS["numeric"], 1, POSITIONS["short"])
    assert (result.right, result.answers) == (15, 30)


def test_a_poll_and_a_question_with_few_answers_are_not_discussed() -> None:
    session, _control = finished_class({0: 3, POSITIONS["poll"]: 0})
    result = selectors.team_result(session)
    assert result
    assert (result.hardest, result.right, result.answers) == ((0,), 3, 6)
    for who in ClassPupil.objects.filter(session=session)[:4]:
        ClassAnswer.objects.create(pupil=who, session=session, position=1, answer=[0], credit=0)
    result = selectors.team_result(session)
    assert result
    assert result.hardest == (0,)


def test_four_pupils_have_no_team_result() -> None:
    session, control = finished_class(dict.fromkeys(range(3), 1), pupils=4)
    assert selectors.team_result(session) is None
    assert 'value="forward"' not in text(Client(), control)
    assert "<meter" not in text(Client(), f"/en/class/{session.code}/finale/")


@pytest.mark.parametrize(("right", "is_reached"), [(4, False), (5, True)])
def test_the_class_reaches_its_goal_together(right: int, is_reached: bool) -> None:
    session, _control = finished_class({0: right})
    result = selectors.team_result(session)
    assert result
    assert (result.goal, result.is_reached) == (5, is_reached)
    assert ("You reached it as a class" in text(Client(), f"/en/class/{session.code}/board/")) is is_reached


def test_a_teacher_leads_the_board_through_the_finale_and_back() -> None:
    session, control = finished_class({0: 1, 1: 2, 2: 3}, pace=Pace.TEACHER)
    assert not services.turn_finale(session=session, by=-1)
    board = f"/en/class/{session.code}/board/"
    assert "<strong>6</strong> of <strong>18</strong>" in text(Client(), board)
    for number in (1, 2, 3):
        step(Client(headers=OURS), control, "forward")
        assert f"For discussion, {number} of 3" in text(Client(), board)
    assert 'value="forward"' not in text(Client(), control)
    session.refresh_from_db()
    assert not services.turn_finale(session=session, by=1)
    step(Client(headers=OURS), control, "back")
    assert "For discussion, 2 of 3" in text(Client(), board)


@pytest.mark.parametrize("phase", [Phase.LOBBY, Phase.ASKING])
def test_there_is_no_finale_before_the_end(phase: Phase) -> None:
    session, _control = open_class(found_quiz())
    fill(session, {0: 1})
    ClassSession.objects.filter(pk=session.pk).update(phase=phase)
    session.refresh_from_db()
    assert not services.turn_finale(session=session, by=1)
    for part in ("finale/", "finale/file/"):
        answer = Client().get(f"/sr/class/{session.code}/{part}")
        assert (answer.status_code, answer["Location"]) == (302, f"/sr/class/{session.code}/board/")


def test_the_prompt_for_discussion_replaces_the_explanation_on_the_board() -> None:
    row = Question.objects.get(kind="single", entries__quiz__slug=quiz_factory.QUIZ.slug)
    Question.objects.filter(pk=row.pk).update(discussion_en="What would you tell a friend?")
    session, control = finished_class({0: 1, 1: 2})
    step(Client(headers=OURS), control, "forward")
    board = text(Client(), f"/en/class/{session.code}/board/")
    assert "What would you tell a friend?" in board
    assert "Зато (en)" not in board
    step(Client(headers=OURS), control, "forward")
    assert "Зато (en)" in text(Client(), f"/en/class/{session.code}/board/")
    paper = text(Client(), f"/en/class/{session.code}/finale/")
    assert "What would you tell a friend?" in paper
    assert "Зато (en)" in paper


def test_a_pupil_sees_no_other_result_than_the_own_one() -> None:
    session, _control = finished_class({0: 3, 1: 2})
    first, second = ClassPupil.objects.filter(session=session).order_by("pk")[:2]
    page = text(Client(), f"/en/class/{session.code}/?p={first.key}")
    assert second.key not in page
    assert not re.search(r"\b(rank|place|best|points)\b", page.partition("<main")[2].partition("</main")[0])


def test_no_written_answer_and_no_key_reaches_paper_or_file() -> None:
    session, control = finished_class({POSITIONS["short"]: 1, 0: 2})
    keys = list(ClassPupil.objects.filter(session=session).values_list("key", flat=True))
    for address in (f"/sr/class/{session.code}/finale/", f"/sr/class/{session.code}/finale/file/"):
        page = text(Client(), address)
        assert "0 од 6" in page
        for secret in ("nešto", "нешто", control, *keys):
            assert secret not in page


def test_the_file_holds_everything_and_loads_nothing() -> None:
    session, _control = finished_class({0: 3, 1: 2})
    ClassSession.objects.filter(pk=session.pk).update(erase_at=datetime(2099, 12, 2, 8, 5, tzinfo=UTC))
    assert "2. decembra, 9:05" in text(Client(), f"/sr-latn/class/{session.code}/finale/")
    answer = Client().get(f"/sr-latn/class/{session.code}/finale/file/")
    assert answer["Content-Disposition"] == 'attachment; filename="proba-class.html"'
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    page = answer.content.decode()
    assert "Pitanje (sr)" in page
    assert "<style>" in page
    assert not re.search(r"<(script|link|img|form)\b|\bsrc=|url\(", page)


def test_codes_of_finales_cannot_be_guessed_without_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    set_limit(monkeypatch, "WRONG_CLASS_CODES", 2)
    session, _control = finished_class({0: 3})
    browser = Client()
    found = [browser.get(f"/sr/class/{guess:08d}/finale/").status_code for guess in range(3)]
    assert found == [404, 404, 429]
    assert browser.get(f"/sr/class/{session.code}/finale/file/").status_code == 429
