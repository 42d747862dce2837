"""Quiz attempts without JavaScript: all kinds, review, result, changed questions, and counters."""

from collections.abc import Callable
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

from awareness.quizzes.attempts.state import SALT, CurrentQuestion, InvalidState, QuizAttempt
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
def quiz() -> Quiz:
    return Quiz.objects.get(slug=quiz_factory.QUIZ.slug)


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


def test_every_kind_right_to_the_end(player: Player) -> None:
    page = player.play(ALL_RIGHT)
    assert player.status == 200
    # A poll, an essay and a text are not scored.
    assert SCORED == QUESTIONS - 3
    assert f"{SCORED} of {SCORED} questions right" in page.text
    assert "Браво (en)" in page.text
    assert page.text.count("That's right!") == SCORED
    assert len([each for each in page.all("details") if each.get("class") == "result-row"]) == QUESTIONS
    links = [link["href"] for link in page.all("a")]
    assert {"/en/topics/phishing/", "/en/help/"} <= set(links)
    assert "Certificate" in page.text


def test_every_kind_wrong_is_closed_kindly(player: Player) -> None:
    page = player.play(ALL_WRONG)
    assert f"0 of {SCORED} questions right" in page.text
    assert "Почетак (en)" in page.text
    assert page.text.count("Not this time") == SCORED


def test_each_answer_gets_an_explanation_before_the_next_question(player: Player) -> None:
    player.begin()
    for number, question in enumerate(quiz_factory.EACH_KIND, 1):
        assert f"Question {number} of {QUESTIONS}" in player.page.text
        assert "Зато (en)" not in player.page.text
        page = player.answer(question, RIGHT[question.kind])
        assert "Зато (en)" in page.text
        assert page.all("a", href="https://example.org/")
        if number < QUESTIONS:
            player.press("act", "next")


@pytest.mark.parametrize("language", ["sr", "sr-latn"])
def test_in_both_scripts(client: Client, quiz: Quiz, language: str) -> None:
    player = Player(client, language=language)
    # The Cyrillic text is tested with the seed quizzes.
    for answers in (ALL_WRONG,) if language == "sr" else (ALL_RIGHT, ALL_WRONG):
        player.play(answers)
        assert player.status == 200
        if language == "sr-latn":
            assert not [letter for letter in player.page.text if "\u0400" <= letter <= "\u04ff"]


def test_an_attempt_continues_in_another_script(client: Client, player: Player) -> None:
    player.begin()
    player.answer(quiz_factory.SINGLE, (1,))
    player.press("act", "next")
    (button,) = player.page.all("button", lang="sr-Latn")
    player.path = button["formaction"]
    assert player.path == "/sr-latn/quizzes/proba/"
    player.press(button["name"], button["value"])
    assert f"2 / {QUESTIONS}" in player.page.text or "2" in player.page.all("progress")[0]["value"]
    player.answer(quiz_factory.MULTIPLE, (0, 2))
    player.press("act", "review")
    assert states(player)[:3] == ["right", "right", "unanswered"]


def test_a_missing_answer_is_an_error_and_the_attempt_stays(player: Player) -> None:
    player.begin()
    player.answer(quiz_factory.SINGLE, (1,))
    player.press("act", "next")
    page = player.press("act", "answer")
    assert player.status == 422
    assert "Choose at least one answer first." in page.text
    assert f"Question 2 of {QUESTIONS}" in page.text
    player.press("act", "review")
    assert states(player) == ["right"] + ["unanswered"] * (QUESTIONS - 1)


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
    player.press("act", "next")
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


def test_behind_the_last_question_with_others_open_comes_the_review(player: Player) -> None:
    player.begin()
    player.press("act", "review")
    player.press("go", str(QUESTIONS))
    last = quiz_factory.EACH_KIND[-1]
    player.answer(last, RIGHT[last.kind])
    assert player.page.all("button", value="finish") == []
    player.press("act", "review")
    assert states(player)[-1] != "unanswered"
    # No page with an open question has this button. A forged request shows the review.
    player.send(player.carried | {"act": "finish"})
    assert f"{QUESTIONS - 1} questions are not answered yet" in player.page.text


def test_playing_again_draws_another_order(client: Client, player: Player) -> None:
    player.begin()
    first = QuizAttempt.open(player.carried["state"], quiz_id=Quiz.objects.get(slug=quiz_factory.QUIZ.slug).pk)
    player.begin()
    second = QuizAttempt.open(player.carried["state"], quiz_id=Quiz.objects.get(slug=quiz_factory.QUIZ.slug).pk)
    assert first.seed != second.seed
    assert first.questions == second.questions


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
    assert "Begin" in player.page.text


@pytest.mark.parametrize(
    "change",
    [
        lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"),
        lambda token: token[3:],
        lambda token: token * 2,
        lambda _token: "x",
        lambda _token: "A" * 70_000,
        lambda _token: signing.dumps({"q": 1}, salt="something else"),
        lambda _token: "\u0000\ud7ff",
    ],
)
def test_an_altered_state_begins_again(player: Player, change: Callable[[str], str]) -> None:
    player.begin()
    player.send(player.carried | {"state": change(player.carried["state"]), "act": "next"})
    fails_kindly(player)


def test_the_state_of_another_quiz_begins_again(player: Player) -> None:
    player.begin()
    quiz = Quiz.objects.get(slug=quiz_factory.QUIZ.slug)
    other = QuizAttempt.begin(quiz.pk + 1, [])
    player.send(player.carried | {"state": other.seal(), "act": "next"})
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


def test_an_answer_to_a_changed_question_is_not_accepted(player: Player) -> None:
    player.begin()
    save_question(
        question=Question.objects.get(name="single-question"), actor=User.objects.get(), now=datetime.now(UTC)
    )
    page = player.send(player.carried | {"act": "answer", "answer": "1"})
    assert "A question was changed while you were playing" in page.text
    assert len(page.all("input", type="radio")) == 3
    assert "That's right!" in player.answer(quiz_factory.SINGLE, (1,)).text


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


def test_an_added_question_is_part_of_the_next_attempt(player: Player) -> None:
    player.begin()
    quiz = Quiz.objects.get(slug=quiz_factory.QUIZ.slug)
    more = create_question(facts=quiz_factory.POLL, actor=User.objects.get(), now=datetime.now(UTC))
    quiz.entries.create(question=more, order=0)
    assert f"of {QUESTIONS}" in player.press("act", "next").text
    assert f"Question 1 of {QUESTIONS + 1}" in player.begin().text


def test_an_answer_that_no_longer_fits_is_forgotten(player: Player) -> None:
    """States are signed, so this requires a change of the rules."""
    quiz = Quiz.objects.get(slug=quiz_factory.QUIZ.slug)
    row = Question.objects.get(name="single-question")
    token = signing.dumps(
        {"q": quiz.pk, "s": "x", "o": [[row.pk, row.revision]], "a": [[row.pk, [99]]], "v": [], "f": False}, salt=SALT
    )
    player.send({"state": token, "act": "review"})
    assert states(player) == ["unanswered"]


@pytest.mark.parametrize("data", [{"act": "answer"}, {"act": "next", "at": "9" * 30}, {"go": "0"}, {"go": "999"}, {"go": "-1"},
    {"act": "x", "at": "٣"}])  # fmt: skip
def test_nonsense_shows_the_review(player: Player, data: dict[str, str]) -> None:
    player.begin()
    player.send({"state": player.carried["state"]} | data)
    assert player.status == 200
    assert states(player) == ["unanswered"] * QUESTIONS


VALUES = st.text(max_size=20) | st.integers(-2, 12).map(str)
FIELDS = st.dictionaries(
    st.sampled_from(["act", "go", "at", "answer", "way", "put-0", "put-1", "put-x"]), st.lists(VALUES, max_size=4)
)


@pytest.fixture
def hidden_fields(player: Player) -> dict[str, str]:
    """Return the hidden fields of the first question."""
    player.begin()
    return player.carried


@hypothesis_settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(FIELDS, st.sampled_from(["answer", "next", "back", "review", "end", "finish", None]), st.integers(0, 12))
def test_any_request_gets_a_page(
    player: Player, quiz: Quiz, hidden_fields: dict[str, str], fields: dict[str, list[str]], act: str | None, place: int
) -> None:
    data: dict[str, Any] = hidden_fields | fields
    if act is not None:
        ids = [question for question, _revision in QuizAttempt.open(hidden_fields["state"], quiz_id=quiz.pk).questions]
        data |= {"act": act, "at": str([*ids, 0, 10**20][place])}
    player.send(data)
    assert player.status in {200, 422}
    assert player.carried["state"]


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
    assert client.post("/en/quizzes/proba/", {}, headers=OURS).status_code == 404
    player = Player(writer.client, path=preview_path(quiz, language="en"))
    page = player.begin()
    assert "Preview of a draft" in page.text
    assert page.all("form", action=player.path)
    player.answer(quiz_factory.SINGLE, (1,))
    assert not PlayCount.objects.exists()
    assert not QuestionCount.objects.exists()


def test_a_play_of_a_quiz_that_moved_leads_to_its_page(client: Client, quiz: Quiz) -> None:
    assert client.post("/en/quizzes/nema/", {}, headers=OURS).status_code == 404


# --- Counters --------------------------------------------------------------------------------------------------------


def question_counts(kind: str) -> tuple[int, int, float]:
    row = QuestionCount.objects.get(question__kind=kind)
    return row.shown, row.answered, row.credit


def test_counters_of_attempts(player: Player) -> None:
    player.play(ALL_RIGHT)
    player.play(ALL_WRONG)
    (row,) = PlayCount.objects.all()
    assert (row.mode, row.started, row.finished) == ("alone", 2, 2)
    for kind in QUESTION_KINDS:
        assert question_counts(kind) == (2, 2, 1 if QUESTION_KINDS[kind].is_scored else 0), kind
    chosen = dict(ChoiceCount.objects.filter(choice__question__kind="single").values_list("choice__order", "chosen"))
    assert chosen == {0: 1, 1: 1}
    right = ChoiceCount.objects.filter(choice__question__kind="ordering").values_list("choice__order", "chosen")
    assert dict(right) == {0: 1, 1: 1, 2: 1, 3: 1}
    way = ChoiceCount.objects.filter(choice__question__kind="scenario").values_list("choice__order", "chosen")
    assert dict(way) == {0: 1, 1: 1, 2: 1}


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


@pytest.mark.parametrize("times", [1, 2], ids=["each kind", "each kind twice"])
def test_a_step_costs_the_same_however_long_the_quiz(
    client: Client, player: Player, django_assert_num_queries: DjangoAssertNumQueries, times: int
) -> None:
    quiz = Quiz.objects.get(slug=quiz_factory.QUIZ.slug)
    for number in range(QUESTIONS * (times - 1)):
        more = create_question(facts=quiz_factory.EACH_KIND[number], actor=User.objects.get(), now=datetime.now(UTC))
        quiz.entries.create(question=more, order=50 + number)
    player.begin()
    # The content version, plus one query each for display, answer and choices.
    with django_assert_num_queries(1 + 1):
        player.send(player.carried | {"act": "next"})
    with django_assert_num_queries(1 + 2):
        player.answer(quiz_factory.TRUE_FALSE, (1,))
    with django_assert_num_queries(1):
        player.send(player.carried | {"act": "review"})
    with django_assert_num_queries(1 + 1 + 1):
        player.send(player.carried | {"act": "end"})
    # The first request after a publication loads the quiz with eight queries, plus the page frame.
    content_version.bump()
    with django_assert_num_queries(1 + 8 + 3):
        player.send(player.carried | {"act": "review"})
