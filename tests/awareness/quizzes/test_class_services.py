"""Services of live quizzes: open, join, answer once, advance, and erase with anonymous counts."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction

from awareness.quizzes.kinds.registry import read_answer, score_answer
from awareness.quizzes.live import selectors, services
from awareness.quizzes.live.models import ClassAnswer, ClassPupil, ClassSession, Pace, Phase
from awareness.quizzes.live.snapshot import quiz_snapshot
from awareness.quizzes.models import ChoiceCount, PlayCount, Question, QuestionCount, Quiz
from awareness.quizzes.services import save_question
from tests.awareness.quizzes.conftest import found_quiz
from tests.factories import quizzes as quiz_factory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("published_quiz")]
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


@pytest.fixture
def actor() -> Any:
    return get_user_model().objects.get()


def open_class(quiz: Quiz, pace: Pace = Pace.TEACHER) -> ClassSession:
    return services.open_class(quiz=quiz, pace=pace, now=NOW).session


def again(session: ClassSession) -> ClassSession:
    return ClassSession.objects.get(pk=session.pk)


def pupil(session: ClassSession) -> ClassPupil:
    return ClassPupil.objects.get(key=services.join_class(session=session, now=NOW))


def submit_answer(session: ClassSession, who: ClassPupil, position: int, value: Any, *, now: datetime = NOW) -> None:
    question = quiz_snapshot(session).questions[position]
    answer = read_answer(question, value)
    assert answer is not None
    services.answer_question(session=session, pupil=who, position=position, question=question, answer=answer, now=now)


def test_a_class_keeps_the_quiz_as_it_was(quiz: Quiz, actor: Any) -> None:
    session = open_class(quiz)
    assert quiz_snapshot(session) == quiz_factory.QUIZ
    question = Question.objects.get(pk=session.questions[0])
    question.text_sr = "Друго"  # type: ignore[attr-defined]
    save_question(question=question, actor=actor, now=NOW)
    assert quiz_snapshot(again(session)) == quiz_factory.QUIZ


def test_a_teacher_is_known_by_the_key_alone(quiz: Quiz) -> None:
    session, key = services.open_class(quiz=quiz, pace=Pace.TEACHER, now=NOW)
    other = open_class(quiz)
    assert selectors.controlled_class(session.code, key, NOW) == session
    assert selectors.controlled_class(session.code, key[:-1], NOW) is None
    assert selectors.controlled_class(other.code, key, NOW) is None
    assert selectors.controlled_class(session.code, key, NOW + services.CLASS_LIFETIME) is None
    assert key.encode() not in bytes(again(session).control_digest)


def test_a_quiz_without_questions_opens_nothing(quiz: Quiz) -> None:
    quiz.entries.all().delete()
    with pytest.raises(services.EmptyQuiz):
        services.open_class(quiz=found_quiz(), pace=Pace.TEACHER, now=NOW)
    assert not ClassSession.objects.exists()


def test_a_drawn_code_that_is_taken_is_drawn_again(quiz: Quiz, monkeypatch: pytest.MonkeyPatch) -> None:
    codes = iter(["12345678", "12345678", "00000001"])
    monkeypatch.setattr(services, "_draw_code", lambda: next(codes))
    assert [open_class(quiz).code, open_class(quiz).code] == ["12345678", "00000001"]


@pytest.mark.parametrize("why", ["locked", "finished", "over", "full"])
def test_a_closed_class_cannot_be_joined(why: str, quiz: Quiz, monkeypatch: pytest.MonkeyPatch) -> None:
    session, now = open_class(quiz), NOW
    if why == "locked":
        services.lock_class(session=session, locked=True)
    elif why == "finished":
        services.finish_class(session=session)
    elif why == "over":
        now = session.erase_at
    else:
        monkeypatch.setattr(services, "MAX_PUPILS", 1)
        pupil(session)
    before = ClassPupil.objects.count()
    with pytest.raises(services.ClassClosed):
        services.join_class(session=session, now=now)
    assert ClassPupil.objects.count() == before


def test_a_step_is_not_repeated(quiz: Quiz) -> None:
    session = open_class(quiz)
    assert services.start_class(session=session)
    assert not services.start_class(session=session)
    session = again(session)
    assert (session.phase, session.version) == (Phase.ASKING, 2)
    assert services.show_answers(session=session)
    assert not services.finish_class(session=session)
    session = again(session)
    assert services.next_question(session=session)
    assert (again(session).phase, again(session).position) == (Phase.ASKING, 1)


# The phase after each step, by pace and phase. None: the step is refused. A class at own pace shows no answers.
LOBBY, ASKING, SHOWN, FINISHED = Phase.LOBBY, Phase.ASKING, Phase.SHOWN, Phase.FINISHED
STEPS = (services.start_class, services.show_answers, services.next_question, services.finish_class)
PHASES = {
    (Pace.TEACHER, LOBBY): (ASKING, None, None, FINISHED),
    (Pace.TEACHER, ASKING): (None, SHOWN, None, FINISHED),
    (Pace.TEACHER, SHOWN): (None, None, ASKING, FINISHED),
    (Pace.TEACHER, FINISHED): (None, None, None, None),
    (Pace.SELF, LOBBY): (ASKING, None, None, FINISHED),
    (Pace.SELF, ASKING): (None, None, None, FINISHED),
    (Pace.SELF, FINISHED): (None, None, None, None),
}


def test_every_step_from_every_phase(quiz: Quiz) -> None:
    for (pace, phase), expected in PHASES.items():
        session = open_class(quiz, pace)
        for step, following in zip(STEPS, expected, strict=True):
            ClassSession.objects.filter(pk=session.pk).update(phase=phase, position=0)
            assert step(session=again(session)) is (following is not None), (pace, phase, step.__name__)
            assert again(session).phase == (following or phase), (pace, phase, step.__name__)


def test_the_first_answer_counts(quiz: Quiz) -> None:
    session = open_class(quiz)
    who = pupil(session)
    services.start_class(session=session)
    submit_answer(session, who, 0, [1])
    submit_answer(session, who, 0, [0])
    class_answer = ClassAnswer.objects.get()
    assert (class_answer.answer, class_answer.credit) == ([1], 1)


@pytest.mark.parametrize("when", ["before", "closed", "another question", "finished", "over"])
def test_an_answer_too_late_or_too_early_is_refused(when: str, quiz: Quiz) -> None:
    session = open_class(quiz)
    who = pupil(session)
    position, now = 0, NOW
    if when != "before":
        services.start_class(session=session)
    if when == "closed":
        services.show_answers(session=again(session))
    elif when == "another question":
        position = 1
    elif when == "finished":
        services.finish_class(session=again(session))
    elif when == "over":
        now = session.erase_at
    with pytest.raises(services.AnswerTooLate):
        submit_answer(session, who, position, [0], now=now)
    assert not ClassAnswer.objects.exists()


def test_an_answer_sent_again_after_the_question_closed_is_no_mistake(quiz: Quiz) -> None:
    session = open_class(quiz)
    who = pupil(session)
    services.start_class(session=session)
    submit_answer(session, who, 0, [1])
    services.show_answers(session=again(session))
    submit_answer(session, who, 0, [1])


def test_from_five_answers_up_the_class_sees_how_it_answered(quiz: Quiz) -> None:
    session = open_class(quiz)
    services.start_class(session=session)
    everybody = [pupil(session) for _each in range(5)]
    for number, who in enumerate(everybody[:4]):
        submit_answer(session, who, 0, [number % 3])
    assert selectors.distribution(session, 0).shares is None
    submit_answer(session, everybody[4], 0, [1])
    assert selectors.distribution(session, 0) == selectors.Distribution(answers=5, right=2, shares=(2, 2, 1))


def test_written_answers_are_not_shown_on_the_board(quiz: Quiz) -> None:
    session = open_class(quiz, Pace.SELF)
    services.start_class(session=session)
    position = quiz_factory.EACH_KIND.index(quiz_factory.SHORT)
    for _each in range(5):
        submit_answer(session, pupil(session), position, "Петар је глуп")
    assert selectors.distribution(session, position) == selectors.Distribution(answers=5, right=0, shares=())


POSITIONS = {question.kind: place for place, question in enumerate(quiz_factory.EACH_KIND)}
SUBMITTED: dict[str, list[Any]] = {
    "single": [[0], [1], [1], [2]],
    "multiple": [[0, 2], [0], [1]],
    "ordering": [[0, 1, 2, 3], [3, 2, 1, 0]],
    "matching": [[0, 1, 2], [0, 2, 1]],
    "scenario": [[1], [0, 3]],
    "poll": [[2], [2]],
    "short": ["lozinka (en)"],
}


@pytest.mark.parametrize("phase", [Phase.ASKING, Phase.FINISHED])
def test_only_counters_are_left_and_they_equal_a_naive_count(phase: Phase, quiz: Quiz) -> None:
    session = open_class(quiz, Pace.SELF)
    services.start_class(session=session)
    everybody = [pupil(session) for _each in range(6)]
    for kind, answers in SUBMITTED.items():
        for who, answer in zip(everybody, answers, strict=False):
            submit_answer(session, who, POSITIONS[kind], answer)
    ClassSession.objects.filter(pk=session.pk).update(phase=phase)
    assert services.erase_due_classes(now=session.erase_at - timedelta(seconds=1)) == 0
    assert services.erase_due_classes(now=session.erase_at) == 1
    assert services.erase_due_classes(now=session.erase_at) == 0
    assert [model.objects.exists() for model in (ClassSession, ClassPupil, ClassAnswer)] == [False] * 3
    play = PlayCount.objects.get()
    assert (play.mode, play.started, play.finished) == ("class", 4, 4 if phase == Phase.FINISHED else 0)
    for kind, answers in SUBMITTED.items():
        question = quiz_factory.EACH_KIND[POSITIONS[kind]]
        marks = [score_answer(question, read_answer(question, answer)) for answer in answers]  # type: ignore[arg-type]
        row = QuestionCount.objects.get(question_id=session.questions[POSITIONS[kind]])
        assert row.answered == len(answers)
        assert row.credit == pytest.approx(sum(each.credit or 0 for each in marks))
        counters = {
            count.choice.order: count.chosen for count in ChoiceCount.objects.filter(choice__question=row.question)
        }
        naive = {
            place: taken
            for place in range(len(question.choices))
            if (taken := sum(each.chosen[place] for each in marks))
        }
        assert counters == naive


def test_of_a_question_that_was_changed_nothing_is_counted(quiz: Quiz, actor: Any) -> None:
    session = open_class(quiz, Pace.SELF)
    services.start_class(session=session)
    who = pupil(session)
    submit_answer(session, who, 0, [0])
    submit_answer(session, who, 1, [0])
    save_question(question=Question.objects.get(pk=session.questions[0]), actor=actor, now=NOW)
    services.erase_class(session_id=session.pk, now=NOW)
    assert list(QuestionCount.objects.values_list("question_id", flat=True)) == [session.questions[1]]


def test_the_database_refuses(quiz: Quiz) -> None:
    rows = ClassSession.objects.filter(pk=open_class(quiz).pk)
    shown_at_own_pace = {"pace": Pace.SELF, "phase": SHOWN}
    for change in ({"code": "abc"}, {"pace": "fast"}, {"phase": "asleep"}, shown_at_own_pace, {"erase_at": NOW}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
