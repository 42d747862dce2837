"""Feedback on an answer: verdict, outcome of each choice, explanation."""

from dataclasses import dataclass

from django.utils.functional import Promise

from awareness.quizzes.kinds.base import Answer, AnswerScore, ChoiceFeedback, ScenarioStep
from awareness.quizzes.kinds.registry import kind_of
from awareness.quizzes.kinds.schemas import Question
from awareness.quizzes.labels import VERDICTS, Verdict
from clicksafely.common.i18n.language import ENGLISH


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFeedback:
    """Feedback on an answer, in one language.

    `steps`: the path through a scenario. `written`: the written answer. `accepted`: the right written answers.
    `ordered`: the choices have positions. `foreign`: the question is in Serbian on an English page.
    """

    verdict: Verdict
    heading: str | Promise
    choices: tuple[ChoiceFeedback, ...]
    steps: tuple[ScenarioStep, ...]
    written: str
    accepted: tuple[str, ...]
    note: str
    explanation: str
    source_title: str
    source_url: str
    ordered: bool
    foreign: bool

    @property
    def figure(self) -> str:
        """The static file of the mascot for this verdict."""
        poses = {Verdict.RIGHT: "celebrates", Verdict.WRONG: "oops", Verdict.OPINION: "hello"}
        return f"img/klik-{poses.get(self.verdict, 'asks')}.svg"


def answer_feedback(
    question: Question, answer: Answer | None, mark: AnswerScore | None, *, language: str, seed: str
) -> AnswerFeedback:
    """Return feedback on an answer; without an answer (None, None), the right solution.

    `seed` as in `present_question`.
    """
    kind, verdict = kind_of(question), score_verdict(mark)
    return AnswerFeedback(
        verdict=verdict,
        heading=VERDICTS[verdict],
        choices=tuple(kind.outcomes(question, answer, mark, language, seed)),
        steps=kind.steps(question, answer, language) if isinstance(answer, tuple) else (),
        written=answer if isinstance(answer, str) else "",
        accepted=tuple(kind.accepted(question, language)) if verdict != Verdict.RIGHT else (),
        note=kind.note(question, mark, language),
        explanation=question.explanation.read(language),
        source_title=question.source_title,
        source_url=question.source_url,
        ordered=kind.control == "order",
        foreign=language == ENGLISH and not question.text.en,
    )


def score_verdict(mark: AnswerScore | None) -> Verdict:
    """Return the verdict for a score, None meaning no answer."""
    if mark is None:
        return Verdict.UNANSWERED
    if mark.credit is None:
        return Verdict.OPINION
    if mark.right:
        return Verdict.RIGHT
    return Verdict.PARTLY if mark.credit > 0 else Verdict.WRONG
