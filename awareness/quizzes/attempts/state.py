"""State of a quiz attempt, signed in a hidden form field and not stored on the server."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Final, Self

from django.core import signing

from awareness.quizzes.kinds.base import Answer, AnswerScore
from awareness.quizzes.kinds.registry import kind_of, read_answer, score_answer
from awareness.quizzes.kinds.schemas import Question

# Increase the number when the state format changes: older states become invalid.
SALT: Final = "awareness.quizzes.play.1"
# Older attempts are rejected and start again.
MAX_PLAY_DURATION: Final = timedelta(days=7)
# Characters of a token. A hundred questions with the longest answers fit.
MAX_TOKEN_LENGTH: Final = 64 * 1024
MAX_QUESTIONS: Final = 100


class InvalidState(Exception):
    """The state is invalid, altered, expired or belongs to another quiz."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentQuestion:
    """A question of the quiz in its present revision."""

    id: int
    revision: int
    question: Question


@dataclass(frozen=True, slots=True, kw_only=True)
class QuizAttempt:
    """An attempt at a quiz.

    `questions`: pairs of id and revision in order. `answers`: by question id. `displayed_ids`: ids of displayed questions.
    `finished`: whether the result was displayed. `seed` determines the order of choices and identifies the attempt for
    counters.
    """

    quiz_id: int
    seed: str
    questions: tuple[tuple[int, int], ...]
    answers: Mapping[int, Answer] = field(default_factory=dict)
    displayed_ids: frozenset[int] = frozenset()
    finished: bool = False

    @classmethod
    def begin(cls, quiz_id: int, questions: Sequence[CurrentQuestion]) -> Self:
        """Start an attempt."""
        order = tuple(
            (current_question.id, current_question.revision) for current_question in questions[:MAX_QUESTIONS]
        )
        return cls(quiz_id=quiz_id, seed=secrets.token_hex(8), questions=order)

    def seal(self) -> str:
        """Return the signed state."""
        return signing.dumps(
            {
                "q": self.quiz_id,
                "s": self.seed,
                "o": self.questions,
                "a": [[question, answer] for question, answer in self.answers.items()],
                "v": sorted(self.displayed_ids),
                "f": self.finished,
            },
            salt=SALT,
            compress=True,
        )

    @classmethod
    def open(cls, token: str, *, quiz_id: int) -> Self:
        """Read a signed state. Raises InvalidState."""
        if len(token) > MAX_TOKEN_LENGTH:
            raise InvalidState
        try:
            state: dict[str, Any] = signing.loads(token, salt=SALT, max_age=MAX_PLAY_DURATION)
        except (signing.BadSignature, ValueError) as error:
            raise InvalidState from error
        if state["q"] != quiz_id:
            raise InvalidState
        return cls(
            quiz_id=quiz_id,
            seed=state["s"],
            questions=tuple((question, revision) for question, revision in state["o"]),
            answers={question: answer if isinstance(answer, str) else tuple(answer) for question, answer in state["a"]},
            displayed_ids=frozenset(state["v"]),
            finished=state["f"],
        )

    def seed_of(self, question_id: int) -> str:
        """Return the seed of the order of a question's choices."""
        return f"{self.seed}-{question_id}"

    def with_answer(self, question_id: int, answer: Answer) -> Self:
        """Return the state with an answer added. The first answer to a question is final."""
        return self if question_id in self.answers else replace(self, answers={**self.answers, question_id: answer})

    def with_displayed(self, question_id: int) -> Self:
        """Return the state with a displayed question added."""
        return replace(self, displayed_ids=self.displayed_ids | {question_id})

    def with_current_questions(self, present: Sequence[CurrentQuestion]) -> tuple[Self, frozenset[int]]:
        """Return the state for the quiz's present questions, and the ids of changed questions that are asked again.

        Removed questions are dropped with their answers. Added questions are asked in the next attempt only.
        """
        now = {current_question.id: current_question for current_question in present}
        remaining = [(question, revision) for question, revision in self.questions if question in now]
        changed = frozenset(question for question, revision in remaining if now[question].revision != revision)
        answers = {}
        for question, stored_answer in self.answers.items():
            if question in now and question not in changed:
                answer = read_answer(now[question].question, stored_answer)
                if answer is not None:
                    answers[question] = answer
        order = tuple((question, now[question].revision) for question, _revision in remaining)
        return replace(self, questions=order, answers=answers), changed


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionResult:
    """A question of an attempt: number from 1, answer and score, None if not answered."""

    number: int
    current_question: CurrentQuestion
    answer: Answer | None
    mark: AnswerScore | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Score of an attempt: fully and partly right of `scored` questions, and `percent` of the full credit.

    Polls do not count.
    """

    right: int
    partly: int
    scored: int
    answered: int
    total: int
    percent: float

    @property
    def is_half_right(self) -> bool:
        """Whether at least half of the answers are right: the certificate shows the score."""
        return 0 < self.scored <= 2 * self.right


def question_results(play: QuizAttempt, present: Sequence[CurrentQuestion]) -> list[QuestionResult]:
    """Return the results of all questions, in order, of an attempt updated by `with_current_questions`."""
    now = {current_question.id: current_question for current_question in present}
    rows = []
    for number, (question_id, _revision) in enumerate(play.questions, 1):
        current_question, answer = now[question_id], play.answers.get(question_id)
        marked = score_answer(current_question.question, answer) if answer is not None else None
        rows.append(QuestionResult(number=number, current_question=current_question, answer=answer, mark=marked))
    return rows


def calculate_score(rows: Sequence[QuestionResult]) -> Score:
    """Return the total score. Unanswered questions have no credit."""
    marks = [row.mark for row in rows if row.mark is not None]
    credits = [found.credit for found in marks if found.credit is not None]
    scored = sum(kind_of(row.current_question.question).is_scored for row in rows)
    return Score(
        right=sum(found.right for found in marks),
        partly=sum(0 < credit < 1 for credit in credits),
        scored=scored,
        answered=len(marks),
        total=len(rows),
        percent=100 * sum(credits) / scored if scored else 100,
    )
