"""Estimated minutes of a quiz: the median of five scripted plays."""

from collections.abc import Iterator

from awareness.publishing.play_time import PLAYS, median_minutes
from awareness.quizzes.kinds.registry import kind_of
from awareness.quizzes.kinds.schemas import BilingualText, Question, Quiz

# Controls that are answered with one decision.
_ONE_DECISION = frozenset({"one", "text", "number"})


def estimate_minutes(quiz: Quiz) -> int:
    """Return the minutes of a quiz, at least 1, with its Serbian texts. The median player reaches half of the score."""
    frame = (quiz.title.sr, quiz.summary.sr, quiz.closing_at(50).sr)
    plays = []
    for seed in PLAYS:
        steps = [step for number, question in enumerate(quiz.questions) for step in _steps(question, seed + number)]
        plays.append(
            ((*frame, *(text.sr for texts, _decisions in steps for text in texts)), sum(n for _texts, n in steps))
        )
    return median_minutes(quiz.level, plays)


def _steps(question: Question, seed: int) -> Iterator[tuple[list[BilingualText], int]]:
    """Yield the texts that are read, and the number of decisions, of each step of a question. `seed` varies the choices."""
    yield [question.text, question.explanation], 0
    if question.situations:
        yield from _way(question, seed)
        return
    choices, control = question.choices, kind_of(question).control
    shown = [] if kind_of(question).is_written else [choice.text for choice in choices]
    chosen = [choices[seed % len(choices)]] if control in _ONE_DECISION else choices[seed % 2 :: 2]
    feedback = [choice.feedback or choice.missed for choice in chosen]
    yield [*shown, *question.groups, *feedback], 1 if control in _ONE_DECISION else len(choices)


def _way(question: Question, seed: int) -> Iterator[tuple[list[BilingualText], int]]:
    """Yield the steps of a path through the situations."""
    texts = {situation.number: situation.text for situation in question.situations}
    here: int | None = 0
    while here is not None and texts.keys() | {0} >= {here}:
        offered = [question.choices[place] for place in question.choices_at(here)]
        if not offered:
            return
        taken = offered[seed % len(offered)]
        yield [*([texts.pop(here)] if here else []), *(choice.text for choice in offered), taken.feedback], 1
        here = taken.leads_to
