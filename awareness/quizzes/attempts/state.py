"""What is known of a play: signed, in a hidden field of its form, and nowhere else."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Final, Self

from django.core import signing

from awareness.quizzes.kinds.answers import Answer, AnswerScore, read_answer, score_answer
from awareness.quizzes.kinds.schemas import Question

# The number goes up with the shape of a state: an older one is none.
SALT: Final = "awareness.quizzes.play.1"
# Whoever comes back after that begins anew.
LONGEST_PLAY: Final = timedelta(days=7)
# Characters of a token: a hundred questions, all answered with the longest text, are shorter.
LONGEST_TOKEN: Final = 64 * 1024
MOST_QUESTIONS: Final = 100


class InvalidState(Exception):
    """The state was not made here for this quiz, was altered, or is too old."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentQuestion:
    """A question of the quiz as it is now: its id, its revision, and what it says."""

    id: int
    revision: int
    question: Question


@dataclass(frozen=True, slots=True, kw_only=True)
class QuizAttempt:
    """A play of the quiz `quiz_id`. `questions`: ids in their order with the revisions they were asked in; `answers` by id, as they were given;
    `seen`: ids that were shown; `finished`: the result was shown. `seed` decides the order of answers, and names the play to counters.
    """

    quiz_id: int
    seed: str
    questions: tuple[tuple[int, int], ...]
    answers: Mapping[int, Answer] = field(default_factory=dict)
    seen: frozenset[int] = frozenset()
    finished: bool = False

    @classmethod
    def begin(cls, quiz_id: int, questions: Sequence[CurrentQuestion]) -> Self:
        """A new one."""
        order = tuple((asked.id, asked.revision) for asked in questions[:MOST_QUESTIONS])
        return cls(quiz_id=quiz_id, seed=secrets.token_hex(8), questions=order)

    def seal(self) -> str:
        """As the text of a field."""
        return signing.dumps(
            {
                "q": self.quiz_id,
                "s": self.seed,
                "o": self.questions,
                "a": [[question, answer] for question, answer in self.answers.items()],
                "v": sorted(self.seen),
                "f": self.finished,
            },
            salt=SALT,
            compress=True,
        )

    @classmethod
    def open(cls, token: str, *, quiz_id: int) -> Self:
        """Out of the text of a field. Raises Unreadable."""
        if len(token) > LONGEST_TOKEN:
            raise InvalidState
        try:
            state: dict[str, Any] = signing.loads(token, salt=SALT, max_age=LONGEST_PLAY)
        except (signing.BadSignature, ValueError) as error:
            raise InvalidState from error
        if state["q"] != quiz_id:
            raise InvalidState
        return cls(
            quiz_id=quiz_id,
            seed=state["s"],
            questions=tuple((question, revision) for question, revision in state["o"]),
            answers={question: answer if isinstance(answer, str) else tuple(answer) for question, answer in state["a"]},
            seen=frozenset(state["v"]),
            finished=state["f"],
        )

    def seed_of(self, question_id: int) -> str:
        """What decides the order of a question's answers."""
        return f"{self.seed}-{question_id}"

    def with_answer(self, question_id: int, answer: Answer) -> Self:
        """With one answer more; the first to a question is final."""
        return self if question_id in self.answers else replace(self, answers={**self.answers, question_id: answer})

    def with_seen(self, question_id: int) -> Self:
        """With one question more that was shown."""
        return replace(self, seen=self.seen | {question_id})

    def with_current_questions(self, present: Sequence[CurrentQuestion]) -> tuple[Self, frozenset[int]]:
        """As it goes on with the questions as they are now, and the ids of those that are asked anew, because they were changed.

        A question that is no more in the quiz is left out with its answer; one that came in meanwhile waits for the next play.
        """
        now = {asked.id: asked for asked in present}
        kept = [(question, revision) for question, revision in self.questions if question in now]
        changed = frozenset(question for question, revision in kept if now[question].revision != revision)
        answers = {}
        for question, given in self.answers.items():
            if question in now and question not in changed:
                answer = read_answer(now[question].question, given)
                if answer is not None:
                    answers[question] = answer
        order = tuple((question, now[question].revision) for question, _revision in kept)
        return replace(self, questions=order, answers=answers), changed


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionResult:
    """One question of a play: its number from 1, what it is, and the answer with its mark where there is one."""

    number: int
    asked: CurrentQuestion
    answer: Answer | None
    mark: AnswerScore | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How a play went: `right` of `scored` questions, `partly` right ones beside; `percent` of the whole credit. Polls do not count."""

    right: int
    partly: int
    scored: int
    answered: int
    total: int
    percent: float

    @property
    def is_half_right(self) -> bool:
        """Whether the number is one that a certificate is glad to name."""
        return 0 < self.scored <= 2 * self.right


def question_results(play: QuizAttempt, present: Sequence[CurrentQuestion]) -> list[QuestionResult]:
    """Every question of a play that was `with_current_questions`, in its order."""
    now = {asked.id: asked for asked in present}
    rows = []
    for number, (question_id, _revision) in enumerate(play.questions, 1):
        asked, answer = now[question_id], play.answers.get(question_id)
        marked = score_answer(asked.question, answer) if answer is not None else None
        rows.append(QuestionResult(number=number, asked=asked, answer=answer, mark=marked))
    return rows


def calculate_score(rows: Sequence[QuestionResult]) -> Score:
    """What these add up to; a question that was not answered brings nothing."""
    marks = [row.mark for row in rows if row.mark is not None]
    credits = [found.credit for found in marks if found.credit is not None]
    scored = sum(row.asked.question.kind != "poll" for row in rows)
    return Score(
        right=sum(found.right for found in marks),
        partly=sum(0 < credit < 1 for credit in credits),
        scored=scored,
        answered=len(marks),
        total=len(rows),
        percent=100 * sum(credits) / scored if scored else 100,
    )
