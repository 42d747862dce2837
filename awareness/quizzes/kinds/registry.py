"""The question kinds by code, in the order of the admin."""

from typing import Any, Final, Protocol

from django.utils.functional import Promise

from awareness.quizzes.kinds.base import Answer, AnswerScore, QuestionKind
from awareness.quizzes.kinds.clues import Clues
from awareness.quizzes.kinds.essay import Essay
from awareness.quizzes.kinds.matching import Matching
from awareness.quizzes.kinds.multiple import Multiple
from awareness.quizzes.kinds.note import Note
from awareness.quizzes.kinds.numeric import Numeric
from awareness.quizzes.kinds.ordering import Ordering
from awareness.quizzes.kinds.poll import Poll
from awareness.quizzes.kinds.scenario import Scenario
from awareness.quizzes.kinds.schemas import Question
from awareness.quizzes.kinds.short import Short
from awareness.quizzes.kinds.single import Single
from awareness.quizzes.kinds.sorting import Sorting
from awareness.quizzes.kinds.true_false import TrueFalse

QUESTION_KINDS: Final[dict[str, QuestionKind]] = {
    kind.code: kind
    for kind in (
        Single(),
        Multiple(),
        TrueFalse(),
        Ordering(),
        Matching(),
        Sorting(),
        Clues(),
        Scenario(),
        Poll(),
        Short(),
        Numeric(),
        Essay(),
        Note(),
    )
}


class _HasKind(Protocol):
    @property
    def kind(self) -> str: ...


def kind_of(question: _HasKind) -> QuestionKind:
    """Return the kind of a question, which is plain data or a row."""
    return QUESTION_KINDS[question.kind]


def kind_choices() -> list[tuple[str, str | Promise]]:
    """Return the choices of the model field."""
    return [(kind.code, kind.label) for kind in QUESTION_KINDS.values()]


def read_answer(question: Question, data: Any) -> Answer | None:
    """Return a valid answer to the question from untrusted data, None if incomplete or impossible."""
    return kind_of(question).read(question, data)


def score_answer(question: Question, answer: Answer) -> AnswerScore:
    """Score an answer returned by `read_answer`."""
    return kind_of(question).score(question, answer)
