"""Seed content of quizzes and questions, in the JSON export format, and the estimate of their minutes. The last file is the newest."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from awareness.publishing.play_time import PLAYS, median_minutes
from awareness.quizzes import mappers
from awareness.quizzes.import_export.json_format import FormatProblem, read_file
from awareness.quizzes.kinds.registry import kind_of
from awareness.quizzes.kinds.schemas import BilingualText, Question, Quiz
from awareness.topics.content import SEED, SINCE, publish_loaded
from clicksafely.common.content.files import Document, Place
from clicksafely.common.content.loader import ContentKind, Part
from clicksafely.common.content.schema import content_files, read_checked

FOLDER: Final = SEED / "quizzes"
# Names of the seed files that the export format does not have.
OWN_NAMES: Final = frozenset({"draft", "checked_on"})
# Controls that are answered with one decision.
_ONE_DECISION: Final = frozenset({"one", "text", "number"})


def seed_quizzes(*, drafts: bool = True) -> list[Quiz]:
    """Return the seed quizzes in file order, `drafts` too."""
    documents = read_checked(content_files(FOLDER))
    return [_quiz(document) for document in documents if drafts or not _is_draft(document)]


def _is_draft(document: Document) -> bool:
    return bool(document.data.get("draft"))


def _quiz(document: Document) -> Quiz:
    quiz = read_file(json.dumps({name: value for name, value in document.data.items() if name not in OWN_NAMES}))
    if not isinstance(quiz, Quiz):
        raise FormatProblem("format", "must be a quiz")
    return quiz


def _check_quiz(document: Document) -> Iterator[tuple[str, str]]:
    try:
        minutes = estimate_minutes(_quiz(document))
    except FormatProblem as problem:
        yield problem.where, problem.what
    else:
        if minutes != document.data["minutes"]:
            yield "minutes", f"{document.data['minutes']} stated, but five scripted plays take {minutes}"


def estimate_minutes(quiz: Quiz) -> int:
    """Return the minutes of a quiz: the median of five scripted plays, at least 1, with its Serbian texts.

    The median player reaches half of the score.
    """
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


def _written(values: dict[str, Any]) -> dict[str, Any]:
    """Without the untranslated columns, which repeat the Serbian text."""
    return {name: value for name, value in values.items() if f"{name}_sr" not in values}


def _read_questions(document: Document) -> Iterator[tuple[Place, dict[str, Any]]]:
    for number, question in enumerate(_quiz(document).questions):
        values = _written(mappers.question_fields(question, {}))
        values["topic"] = question.topic
        values["choices"] = list(map(_written, mappers.choice_fields(question)))
        values["situations"] = list(map(_written, mappers.situation_fields(question)))
        yield ("questions", number), values


def _read_quiz(document: Document) -> Iterator[tuple[Place, dict[str, Any]]]:
    quiz = _quiz(document)
    values = _written(mappers.quiz_fields(quiz))
    if _is_draft(document):
        values["needs_approval"] = True
    if day := document.data["checked_on"]:
        values["checked_on"] = date.fromisoformat(day)
    values["topics"] = list(quiz.topics)
    values["entries"] = [{"question": question.name} for question in quiz.questions]
    values["closings"] = [
        _written({"from_percent": closing.from_percent, **mappers.both("text", closing.text)})
        for closing in quiz.closings
    ]
    values["next_steps"] = [{"kind": step.kind, "slug": step.slug} for step in quiz.next_steps]
    yield (), values


def _created_question(position: int, values: dict[str, Any]) -> dict[str, Any]:
    return {"changed_at": SINCE}


def _created_quiz(position: int, values: dict[str, Any]) -> dict[str, Any]:
    since = SINCE + timedelta(minutes=position)
    return {"published_at": None if values.get("needs_approval") else since, "changed_at": since}


KINDS: Final = (
    ContentKind(
        model="quizzes.question",
        files=FOLDER,
        key=("name",),
        read=_read_questions,
        check=_check_quiz,
        links={"topic": "slug"},
        parts={"choices": Part(key="order"), "situations": Part(key="number")},
        created=_created_question,
        update=publish_loaded,
    ),
    ContentKind(
        model="quizzes.quiz",
        files=FOLDER,
        key=("slug",),
        read=_read_quiz,
        links={"topics": "slug"},
        parts={
            "entries": Part(key="order", number="order", links={"question": "name"}),
            "closings": Part(key="from_percent"),
            "next_steps": Part(key="order", number="order"),
        },
        created=_created_quiz,
        update=publish_loaded,
    ),
)
