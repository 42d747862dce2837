"""The finale of a class: the common result, the hardest questions, its print page and its file."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from awareness.quizzes.kinds.registry import QUESTION_KINDS
from awareness.quizzes.live import selectors, services
from awareness.quizzes.live.models import ClassAnswer, ClassPupil, ClassSession, Pace, Phase
from awareness.quizzes.models import Question
from awareness.quizzes.selectors import find_quiz
from tests.factories import quizzes as quiz_factory
from tests.rate_limits import set_limit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("published_quiz")]
POSITIONS = {each.kind: place for place, each in enumerate(quiz_factory.EACH_KIND)}


def open_class(pace: Pace = Pace.SELF) -> tuple[ClassSession, str]:
    quiz = find_quiz(quiz_factory.QUIZ.slug)
    assert quiz is not None
    session, key = services.open_class(quiz=quiz, pace=pace, now=timezone.now())
    return session, f"/sr/class/{session.code}/control/{key}/"


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
    session, control = open_class(pace)
    fill(session, rights, pupils=pupils)
    services.finish_class(session=session)
    session.refresh_from_db()
    return session, control


def press(control: str, act: str) -> None:
    browser = Client(headers={"Sec-Fetch-Site": "same-origin"})
    page = browser.get(control).content.decode()
    assert f'value="{act}"' in page
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version
    assert browser.post(control, {"act": act, "version": version[1]}).status_code == 303


def html_of(address: str) -> str:
    answer = Client().get(address)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    return str(answer.content.decode())


def test_the_hardest_questions_have_the_lowest_shares_and_ties_keep_their_order() -> None:
    session, _control = finished_class({0: 6, 1: 2, 2: 4, POSITIONS["short"]: 2, POSITIONS["numeric"]: 1})
    result = selectors.team_result(session)
    assert result
    assert result.hardest == (POSITIONS["numeric"], 1, POSITIONS["short"])
    assert (result.right, result.answers) == (15, 30)


def test_a_poll_is_no_hard_question_and_counts_for_no_goal() -> None:
    session, _control = finished_class({0: 3, POSITIONS["poll"]: 0})
    result = selectors.team_result(session)
    assert result
    assert result.hardest == (0,)
    assert (result.right, result.answers) == (3, 6)


def test_a_question_with_few_answers_is_not_discussed() -> None:
    session, _control = finished_class({0: 3})
    fill_one = ClassPupil.objects.filter(session=session)[:4]
    for who in fill_one:
        ClassAnswer.objects.create(pupil=who, session=session, position=1, answer=[0], credit=0)
    result = selectors.team_result(session)
    assert result
    assert result.hardest == (0,)


def test_four_pupils_have_no_team_result() -> None:
    session, control = finished_class(dict.fromkeys(range(3), 1), pupils=4)
    assert selectors.team_result(session) is None
    board = html_of(f"/en/class/{session.code}/board/")
    assert "Results are shown once 5 pupils have answered" in board
    assert 'value="forward"' not in html_of(control)
    assert "<meter" not in html_of(f"/en/class/{session.code}/finale/")


@pytest.mark.parametrize(("right", "goal", "is_reached"), [(4, 5, False), (5, 5, True), (6, 5, True)])
def test_the_class_reaches_its_goal_together(right: int, goal: int, is_reached: bool) -> None:
    session, _control = finished_class({0: right})
    result = selectors.team_result(session)
    assert result
    assert (result.goal, result.is_reached) == (goal, is_reached)
    assert ("You reached it as a class" in html_of(f"/en/class/{session.code}/board/")) is is_reached


@pytest.mark.parametrize("pace", Pace)
def test_a_teacher_leads_the_board_through_the_finale_and_back(pace: Pace) -> None:
    session, control = finished_class({0: 1, 1: 2, 2: 3}, pace=pace)
    board = f"/en/class/{session.code}/board/"
    assert "Together: <strong>6</strong> of <strong>18</strong>" in html_of(board)
    for number in (1, 2, 3):
        press(control, "forward")
        assert f"For discussion, {number} of 3" in html_of(board)
    assert 'value="forward"' not in html_of(control)
    press(control, "back")
    assert "For discussion, 2 of 3" in html_of(board)


def test_the_finale_has_ends() -> None:
    session, _control = finished_class({0: 1})
    assert not services.turn_finale(session=session, by=-1)
    assert services.turn_finale(session=session, by=1)
    session.refresh_from_db()
    assert not services.turn_finale(session=session, by=1)
    assert session.position == 1


@pytest.mark.parametrize("phase", [Phase.LOBBY, Phase.ASKING])
def test_there_is_no_finale_before_the_end(phase: Phase) -> None:
    session, _control = open_class()
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
    press(control, "forward")
    board = html_of(f"/en/class/{session.code}/board/")
    assert "What would you tell a friend?" in board
    assert "Зато (en)" not in board
    press(control, "forward")
    assert "Зато (en)" in html_of(f"/en/class/{session.code}/board/")
    paper = html_of(f"/en/class/{session.code}/finale/")
    assert "What would you tell a friend?" in paper
    assert "Зато (en)" in paper


def test_a_pupil_sees_no_other_result_than_the_own_one() -> None:
    session, _control = finished_class({0: 3, 1: 2})
    first, second = ClassPupil.objects.filter(session=session).order_by("pk")[:2]
    page = html_of(f"/en/class/{session.code}/?p={first.key}")
    assert second.key not in page
    assert not re.search(r"\b(rank|place|best|points)\b", page.partition("<main")[2].partition("</main")[0])


def test_a_page_of_the_finale_does_not_reload_the_phones_content() -> None:
    session, control = finished_class({0: 3, 1: 2})
    who = ClassPupil.objects.filter(session=session).earliest("pk")
    before = re.findall(r"data-state=\"[^\"]*\"", html_of(f"/en/class/{session.code}/?p={who.key}"))
    press(control, "forward")
    assert re.findall(r"data-state=\"[^\"]*\"", html_of(f"/en/class/{session.code}/?p={who.key}")) == before


def test_no_written_answer_and_no_key_reaches_paper_or_file() -> None:
    session, control = finished_class({POSITIONS["short"]: 1, 0: 2})
    keys = list(ClassPupil.objects.filter(session=session).values_list("key", flat=True))
    for address in (f"/sr/class/{session.code}/finale/", f"/sr/class/{session.code}/finale/file/"):
        page = html_of(address)
        assert "0 од 6" in page
        for secret in ("nešto", "нешто", control, *keys):
            assert secret not in page


@pytest.mark.parametrize(
    ("language", "day"), [("sr", "2. децембра, 9:05"), ("sr-latn", "2. decembra, 9:05"), ("en", "2 December, 9:05")]
)
def test_the_day_of_erasure_is_written_as_in_its_language(language: str, day: str) -> None:
    session, _control = finished_class({0: 3})
    ClassSession.objects.filter(pk=session.pk).update(erase_at=datetime(2099, 12, 2, 8, 5, tzinfo=UTC))
    assert day in html_of(f"/{language}/class/{session.code}/finale/")


@pytest.mark.parametrize(
    ("language", "words"), [("sr", "Питање (ср)"), ("sr-latn", "Pitanje (sr)"), ("en", "Питање (en)")]
)
def test_the_file_holds_everything_and_loads_nothing(language: str, words: str) -> None:
    session, _control = finished_class({0: 3, 1: 2})
    answer = Client().get(f"/{language}/class/{session.code}/finale/file/")
    assert answer["Content-Disposition"] == 'attachment; filename="proba-class.html"'
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    page = answer.content.decode()
    assert words in page
    assert "<style>" in page
    assert not re.search(r"<(script|link|img|form)\b|\bsrc=|url\(", page)


def test_codes_of_finales_cannot_be_guessed_without_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    set_limit(monkeypatch, "WRONG_CLASS_CODES", 2)
    session, _control = finished_class({0: 3})
    browser = Client()
    found = [browser.get(f"/sr/class/{guess:08d}/finale/").status_code for guess in range(3)]
    assert found == [404, 404, 429]
    assert browser.get(f"/sr/class/{session.code}/finale/file/").status_code == 429


def test_a_finale_is_deleted_with_its_class() -> None:
    session, _control = finished_class({0: 3})
    services.erase_class(session_id=session.pk, now=timezone.now() + timedelta(minutes=1))
    assert Client().get(f"/sr/class/{session.code}/finale/").status_code == 404


def test_a_finale_of_many_costs_as_many_queries_as_one_of_few() -> None:
    counts = []
    for pupils in (5, 30, 5):
        session, _control = finished_class({0: 3, 1: 2, 2: 1}, pupils=pupils)
        board = f"/sr/class/{session.code}/board/"
        headers = {"If-None-Match": Client().get(board)["ETag"]}
        with CaptureQueriesContext(connection) as polled:
            assert Client().get(board, headers=headers).status_code == 304
        with CaptureQueriesContext(connection) as paper:
            html_of(f"/sr/class/{session.code}/finale/")
        counts.append((len(polled), len(paper)))
    # The first page also fills caches.
    assert counts[1] == counts[2]
    assert counts[1][0] == 3
