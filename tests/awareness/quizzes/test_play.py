"""Quiz attempts without JavaScript: all kinds, review, result, changed questions, and counters."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import signing
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries
from redis import Redis

from awareness.quizzes.attempts.state import CurrentQuestion, InvalidState, QuizAttempt
from awareness.quizzes.kinds.registry import QUESTION_KINDS
from awareness.quizzes.models import ChoiceCount, PlayCount, Question, QuestionCount, Quiz, QuizEntry
from awareness.quizzes.services import create_question, save_question
from clicksafely.accounts.models import User
from clicksafely.common.http import rate_limits
from clicksafely.common.page_cache import content_version
from tests.clients.previews import preview_path
from tests.clients.quiz_answers import RIGHT, WRONG
from tests.clients.quiz_player import OURS, Player
from tests.clients.staff import Person
from tests.factories import quizzes as quiz_factory
from tests.rate_limits import set_limit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("published_quiz")]

ALL_RIGHT = [RIGHT[question.kind] for question in quiz_factory.EACH_KIND]
QUESTIONS = len(quiz_factory.EACH_KIND)
SCORED = sum(QUESTION_KINDS[question.kind].is_scored for question in quiz_factory.EACH_KIND)
FIRST_THREE = [question.kind for question in quiz_factory.EACH_KIND[:3]]
ALL_WRONG = [WRONG.get(question.kind, RIGHT[question.kind]) for question in quiz_factory.EACH_KIND]


@pytest.fixture
def player(client: Client, quiz: Quiz) -> Player:
    return Player(client)


def states(player: Player) -> list[str]:
    """Return the state of each question in the review."""
    return [
        each["class"].split()[-1].removeprefix("review-")
        for each in player.page.all("button", name="go")
        if "formaction" not in each
    ]


def test_every_kind_right_to_the_end_with_an_explanation_after_each_answer(player: Player) -> None:
    player.begin()
    for number, question in enumerate(quiz_factory.EACH_KIND, 1):
        assert f"Question {number} of {QUESTIONS}" in player.page.text
        assert "Зато (en)" not in player.page.text
        page = player.answer(question, RIGHT[question.kind])
        assert "Зато (en)" in page.text
        assert page.all("a", href="https://example.org/")
        page = player.press("act", "next" if number < QUESTIONS else "finish")
    assert player.status == 200
    assert f"{SCORED} of {SCORED} questions right" in page.text
    assert "Браво (en)" in page.text
    assert page.text.count("That's right!") == SCORED
    assert len([each for each in page.all("details") if each.get("class") == "result-row"]) == QUESTIONS
    links = [link["href"] for link in page.all("a")]
    assert {"/en/topics/phishing/", "/en/help/"} <= set(links)
    assert "Certificate" in page.text


def test_back_shows_the_feedback_and_answers_are_final(player: Player) -> None:
    player.begin()
    player.answer(quiz_factory.SINGLE, (0,))
    player.press("act", "next")
    page = player.press("act", "back")
    assert "Not this time" in page.text
    assert page.all("input", type="radio") == []
    # A second answer is ignored: the page shows feedback on the first one.
    page = player.send(player.carried | {"act": "answer", "answer": "1"})
    assert "Not this time" in page.text


def test_questions_can_be_left_for_later_and_chosen_in_the_review(player: Player) -> None:
    player.begin()
    # A missing answer is an error, and the attempt stays.
    page = player.press("act", "answer")
    assert (player.status, "question-error" in page.ids()) == (422, True)
    player.press("act", "review")
    assert states(player) == ["unanswered"] * QUESTIONS
    assert f"{QUESTIONS} questions are not answered yet" in player.page.text
    number = quiz_factory.EACH_KIND.index(quiz_factory.CLUES) + 1
    assert f"Question {number} of {QUESTIONS}" in player.press("go", str(number)).text
    player.answer(quiz_factory.CLUES, (1,))
    assert "Partly right" in player.page.text
    player.press("act", "review")
    assert states(player)[number - 1] == "partly"
    page = player.press("act", "end")
    assert f"0 of {SCORED} questions right" in page.text
    assert "And 1 more was partly right." in page.text
    assert page.all("input", id="certificate-name") == []
    player.press("act", "review")
    assert f"Question 1 of {QUESTIONS}" in player.press("go", "1").text


def test_a_page_of_an_attempt_identifies_no_person(player: Player) -> None:
    page = player.begin()
    names = {
        each["name"] for tag in ("input", "select", "textarea", "button") for each in page.all(tag) if "name" in each
    }
    # `q` belongs to the search form.
    assert names == {"answer", "act", "go", "at", "state", "q"}
    QuizEntry.objects.exclude(question__kind="single").delete()
    content_version.bump()
    player.play(ALL_RIGHT[:1], quiz_factory.EACH_KIND[:1])
    (field,) = player.page.all("input", id="certificate-name")
    assert "name" not in field
    assert "form" not in field
    before = player.html.partition('id="certificate-name"')[0]
    assert before.count("<form") == before.count("</form>")


# --- Changed state -------------------------------------------------------------------------------------------------


def fails_kindly(player: Player) -> None:
    assert player.status == 422
    assert "We have to begin again" in player.page.text


def test_an_altered_state_and_that_of_another_quiz_begin_again(player: Player, quiz: Quiz) -> None:
    player.begin()
    fields, token = player.carried, player.carried["state"]
    for altered in (
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        token[3:],
        "A" * 70_000,
        signing.dumps({"q": 1}, salt="something else"),
        "\u0000\ud7ff",
        QuizAttempt.begin(quiz.pk + 1, []).seal(),
    ):
        player.send(fields | {"state": altered, "act": "next"})
        fails_kindly(player)


def test_a_state_of_long_ago_begins_again(player: Player, time_machine: Any) -> None:
    time_machine.move_to(datetime(2026, 3, 1, 12, tzinfo=UTC))
    player.begin()
    hidden_fields = player.carried | {"act": "next"}
    time_machine.shift(timedelta(days=6))
    assert "Question 2" in player.send(hidden_fields).text
    time_machine.shift(timedelta(days=2))
    player.send(hidden_fields)
    fails_kindly(player)


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=200), st.integers(0, 400), st.characters(codec="ascii"))
def test_no_token_but_ours_is_read(text: str, place: int, letter: str) -> None:
    current_question = CurrentQuestion(id=7, revision=2, question=quiz_factory.SINGLE)
    play = QuizAttempt.begin(1, [current_question]).with_answer(7, (1,)).with_displayed(7)
    token = play.seal()
    assert QuizAttempt.open(token, quiz_id=1) == play
    place %= len(token)
    altered = token[:place] + letter + token[place + 1 :]
    for foreign in {text, altered} - {token}:
        with pytest.raises(InvalidState):
            QuizAttempt.open(foreign, quiz_id=1)


def test_a_full_state_of_a_long_quiz_fits() -> None:
    questions = [CurrentQuestion(id=10**9 + number, revision=99, question=quiz_factory.SHORT) for number in range(100)]
    play = QuizAttempt.begin(10**9, questions)
    for number, each in enumerate(questions):
        play = play.with_answer(each.id, "".join(chr(0x400 + (number * 7 + place * 13) % 256) for place in range(200)))
    assert QuizAttempt.open(play.seal(), quiz_id=10**9) == play


def test_a_changed_question_is_repeated_and_other_answers_stay(player: Player) -> None:
    player.begin()
    player.answer(quiz_factory.SINGLE, (1,))
    player.press("act", "next")
    player.answer(quiz_factory.MULTIPLE, (0, 2))
    changed = Question.objects.get(name="single-question")
    save_question(question=changed, actor=User.objects.get(), now=datetime.now(UTC))
    player.press("act", "next")
    assert "A question was changed while you were playing" in player.page.text
    player.press("act", "review")
    assert "A question was changed" not in player.page.text
    assert states(player)[:2] == ["unanswered", "right"]


def test_a_question_that_was_taken_out_is_skipped(player: Player) -> None:
    player.begin()
    player.answer(quiz_factory.SINGLE, (1,))
    player.press("act", "next")
    QuizEntry.objects.filter(question__kind__in=["single", "multiple"]).delete()
    content_version.bump()
    page = player.send(player.carried | {"act": "answer", "answer": "0"})
    assert "removed from the quiz" in page.text
    assert states(player) == ["unanswered"] * (QUESTIONS - 2)
    QuizEntry.objects.all().delete()
    content_version.bump()
    player.send(player.carried | {"act": "review"})
    fails_kindly(player)


def test_nonsense_shows_the_review(player: Player) -> None:
    player.begin()
    state = {"state": player.carried["state"]}
    for data in (
        {"act": "answer"},
        {"act": "next", "at": "9" * 30},
        {"go": "0"},
        {"go": "999"},
        {"act": "x", "at": "٣"},
    ):
        player.send(state | data)
        assert player.status == 200
        assert states(player) == ["unanswered"] * QUESTIONS, data


# --- Origin checks ---------------------------------------------------------------------------------------------------


def test_another_site_may_not_send(client: Client, player: Player) -> None:
    player.begin()
    data = player.carried | {"act": "next"}
    assert client.post(player.path, data, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.post(player.path, data, headers={"Origin": "https://evil.example"}).status_code == 403
    assert client.post(player.path, data, headers={"Origin": "http://testserver"}).status_code == 200
    # A request without origin headers is accepted by its signed state alone.
    assert client.post(player.path, data).status_code == 200
    assert client.post(player.path, {}).status_code == 403
    assert client.post(player.path, data | {"state": "x"}).status_code == 403
    assert client.put(player.path).status_code == 405


def test_an_unpublished_quiz_is_played_in_a_preview_and_not_counted(client: Client, writer: Person, quiz: Quiz) -> None:
    Quiz.objects.update(published_at=None)
    for slug in ("proba", "nema"):
        assert client.post(f"/en/quizzes/{slug}/", {}, headers=OURS).status_code == 404
    player = Player(writer.client, path=preview_path(quiz, language="en"))
    page = player.begin()
    assert "Preview of a draft" in page.text
    assert page.all("form", action=player.path)
    player.answer(quiz_factory.SINGLE, (1,))
    assert not PlayCount.objects.exists()
    assert not QuestionCount.objects.exists()


# --- Counters --------------------------------------------------------------------------------------------------------


def question_counts(kind: str) -> tuple[int, int, float]:
    row = QuestionCount.objects.get(question__kind=kind)
    return row.shown, row.answered, row.credit


def test_counters_of_attempts_in_two_scripts(client: Client, player: Player) -> None:
    player.play(ALL_RIGHT)
    page = Player(client, language="sr-latn").play(ALL_WRONG)
    assert "Početak (sr)" in page.text
    assert not re.search("[\u0400-\u04ff]", page.text)
    (row,) = PlayCount.objects.all()
    assert (row.mode, row.started, row.finished) == ("alone", 2, 2)
    for kind in QUESTION_KINDS:
        assert question_counts(kind) == (2, 2, 1 if QUESTION_KINDS[kind].is_scored else 0), kind
    for kind, chosen in (
        ("single", {0: 1, 1: 1}),
        ("ordering", {0: 1, 1: 1, 2: 1, 3: 1}),
        ("scenario", {0: 1, 1: 1, 2: 1}),
    ):
        counts = ChoiceCount.objects.filter(choice__question__kind=kind)
        assert dict(counts.values_list("choice__order", "chosen")) == chosen


def test_a_page_that_is_sent_again_counts_once(player: Player) -> None:
    player.begin()
    data = player.carried | {"act": "answer", "answer": "1"}
    for _time in range(3):
        assert "That's right!" in player.send(data).text
    assert question_counts("single") == (1, 1, 1)
    data = player.carried | {"act": "end"}
    for _time in range(3):
        player.send(data)
    assert PlayCount.objects.get().finished == 1


def test_over_the_limit_attempts_continue_uncounted(quiz: Quiz, monkeypatch: pytest.MonkeyPatch) -> None:
    # Another network, and a reset counter of all networks.
    with Redis.from_url(settings.REDIS_URL) as redis:
        redis.delete("limit:quiz-play:all")
    player = Player(Client(REMOTE_ADDR="203.0.113.77"))
    set_limit(monkeypatch, "QUIZ_REQUESTS", 2)
    QuizEntry.objects.exclude(question__kind__in=FIRST_THREE).delete()
    player.play(ALL_RIGHT[:3], quiz_factory.EACH_KIND[:3])
    assert "3 of 3 questions right" in player.page.text
    assert sum(QuestionCount.objects.values_list("answered", flat=True)) == 1


def test_attempts_continue_without_valkey(player: Player, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "REDIS_URL", "redis://127.0.0.1:1/0")
    rate_limits._breaker.open()
    QuizEntry.objects.exclude(question__kind__in=FIRST_THREE).delete()
    player.play(ALL_RIGHT[:3], quiz_factory.EACH_KIND[:3])
    assert PlayCount.objects.get().finished == 1


# --- Query counts ----------------------------------------------------------------------------------------------------


def test_a_step_costs_few_queries_however_long_the_quiz(
    player: Player, django_assert_max_num_queries: DjangoAssertNumQueries, quiz: Quiz
) -> None:
    for number, question in enumerate(quiz_factory.EACH_KIND):
        more = create_question(facts=question, actor=User.objects.get(), now=datetime.now(UTC))
        quiz.entries.create(question=more, order=50 + number)
    player.begin()
    # The content version, plus one query each for answer and choices.
    with django_assert_max_num_queries(1 + 2):
        player.answer(quiz_factory.SINGLE, (1,))
    # The first request after a publication loads the quiz with eight queries, plus the page frame.
    content_version.bump()
    with django_assert_max_num_queries(1 + 8 + 3):
        player.send(player.carried | {"act": "review"})
