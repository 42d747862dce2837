"""JSON format of questions and quizzes, version 1, lossless. docs/formats.md describes it."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final, NoReturn

from django.utils.translation import gettext as _

from awareness.quizzes.kinds.registry import QUESTION_KINDS
from awareness.quizzes.kinds.schemas import (
    EMPTY_TEXT,
    BilingualText,
    Choice,
    NextStep,
    Question,
    Quiz,
    ResultText,
    Situation,
)

VERSION: Final = 1
QUIZ: Final = "clicksafely-quiz"
QUESTIONS: Final = "clicksafely-questions"
_NO_TEXT: Final = re.compile("[\x00\ud800-\udfff]")
_QUIZ_KEYS: Final = frozenset(
    {"format", "version", "slug", "title", "summary", "level", "minutes", "topics", "closings", "next", "questions"}
)
_QUESTION_KEYS: Final = frozenset(
    {
        *("kind", "name", "text", "frame", "explanation", "source", "level", "topic", "difficulty", "shuffle"),
        *("discussion", "category", "choices", "situations"),
    }
)
_CHOICE_KEYS: Final = frozenset(
    {"text", "match", "weight", "feedback", "missed", "role", "at", "leads_to", "tolerance"}
)


class FormatProblem(Exception):
    """The file violates the format.

    `where`: path to the value ("questions[2].choices[0].weight"); `what`: message for the user.
    """

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}" if where else what)
        self.where = where
        self.what = what


def read_file(text: str) -> Quiz | tuple[Question, ...]:
    """Parse a quiz or a list of questions. Raises FormatProblem."""
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise FormatProblem("", _("Line %(line)d is not valid JSON.") % {"line": error.lineno}) from error
    except (RecursionError, ValueError) as error:
        # Nested too deeply, or a number with too many digits.
        raise FormatProblem("", _("This is not valid JSON.")) from error
    facts = _object(data, "")
    if facts.get("version") != VERSION or isinstance(facts.get("version"), bool):
        _refuse("version", _("Only version %(number)d of the format is supported.") % {"number": VERSION})
    if facts.get("format") == QUIZ:
        return _read_quiz(facts)
    if facts.get("format") == QUESTIONS:
        _only(facts, {"format", "version", "questions"}, "")
        return _each(facts, "questions", "", _read_question)
    _refuse("format", _("The file contains neither a quiz nor questions."))


def write_quiz(quiz: Quiz) -> str:
    """Return a quiz as JSON."""
    return _text(
        {
            "format": QUIZ,
            "version": VERSION,
            "slug": quiz.slug,
            "level": quiz.level,
            "minutes": quiz.minutes,
            "topics": list(quiz.topics),
            "title": _words(quiz.title),
            "summary": _words(quiz.summary),
            "closings": [{"from": closing.from_percent, "text": _words(closing.text)} for closing in quiz.closings],
            "next": [{"kind": step.kind, "slug": step.slug} for step in quiz.next_steps],
            "questions": [_question(question) for question in quiz.questions],
        }
    )


def write_questions(questions: Sequence[Question]) -> str:
    """Return questions as JSON."""
    return _text(
        {"format": QUESTIONS, "version": VERSION, "questions": [_question(question) for question in questions]}
    )


def _text(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _question(question: Question) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "kind": question.kind,
        "name": question.name,
        "text": _words(question.text),
        "frame": question.frame,
        "explanation": _words(question.explanation) if question.explanation else None,
        "discussion": _words(question.discussion) if question.discussion else None,
        "source": {"title": question.source_title, "url": question.source_url}
        if question.source_title or question.source_url
        else None,
        "level": question.level,
        "topic": question.topic,
        "difficulty": question.difficulty,
        "shuffle": question.shuffle,
        "category": question.category,
        "choices": [_choice(choice) for choice in question.choices],
        "situations": [{"number": each.number, "text": _words(each.text)} for each in question.situations],
    }
    # Default values are left out.
    return {name: value for name, value in facts.items() if value not in (None, "", [])}


def _choice(choice: Choice) -> dict[str, Any]:
    facts: dict[str, Any] = {"text": _words(choice.text)}
    for name in ("match", "feedback", "missed"):
        if words := getattr(choice, name):
            facts[name] = _words(words)
    if choice.weight:
        facts["weight"] = _number(choice.weight)
    if choice.role:
        facts["role"] = choice.role
    if choice.at:
        facts["at"] = choice.at
    if choice.leads_to is not None:
        facts["leads_to"] = choice.leads_to
    if choice.tolerance is not None:
        facts["tolerance"] = _number(choice.tolerance)
    return facts


def _words(words: BilingualText) -> dict[str, str]:
    return {"sr": words.sr, "en": words.en}


def _number(number: Decimal) -> int | str:
    """Whole numbers as int, others as text: a float would change them."""
    return int(number) if number == number.to_integral_value() else format(number.normalize(), "f")


def _read_quiz(facts: Mapping[str, Any]) -> Quiz:
    _only(facts, _QUIZ_KEYS, "")
    return Quiz(
        slug=_string(facts, "slug", ""),
        title=_read_words(facts, "title", "", needed=True),
        summary=_read_words(facts, "summary", "", needed=True),
        level=_string(facts, "level", ""),
        minutes=_integer(facts, "minutes", "", 6),
        topics=tuple(_plain(topic, str, f"topics[{place}]") for place, topic in enumerate(_list(facts, "topics", ""))),
        closings=_each(facts, "closings", "", _read_closing),
        next_steps=_each(facts, "next", "", _read_next),
        questions=_each(facts, "questions", "", _read_question),
    )


def _read_closing(facts: Mapping[str, Any], where: str) -> ResultText:
    _only(facts, {"from", "text"}, where)
    return ResultText(
        from_percent=_integer(facts, "from", where, 0), text=_read_words(facts, "text", where, needed=True)
    )


def _read_next(facts: Mapping[str, Any], where: str) -> NextStep:
    _only(facts, {"kind", "slug"}, where)
    return NextStep(kind=_string(facts, "kind", where), slug=_string(facts, "slug", where))


def _read_question(facts: Mapping[str, Any], where: str) -> Question:
    _only(facts, _QUESTION_KEYS, where)
    kind = _string(facts, "kind", where)
    if kind not in QUESTION_KINDS:
        _refuse(f"{where}.kind", _("Unknown kind of question: “%(kind)s”.") % {"kind": kind})
    source = _object(facts.get("source") or {}, f"{where}.source")
    _only(source, {"title", "url"}, f"{where}.source")
    shuffle = facts.get("shuffle", True)
    return Question(
        kind=kind,
        name=_string(facts, "name", where),
        text=_read_words(facts, "text", where, needed=True),
        frame=_string(facts, "frame", where),
        explanation=_read_words(facts, "explanation", where),
        discussion=_read_words(facts, "discussion", where),
        source_title=_string(source, "title", f"{where}.source"),
        source_url=_string(source, "url", f"{where}.source"),
        level=_string(facts, "level", where),
        topic=_string(facts, "topic", where),
        difficulty=_integer(facts, "difficulty", where, 2),
        shuffle=_plain(shuffle, bool, f"{where}.shuffle"),
        category=_string(facts, "category", where),
        choices=_each(facts, "choices", where, _read_choice),
        situations=_each(facts, "situations", where, _read_situation),
    )


def _read_choice(facts: Mapping[str, Any], where: str) -> Choice:
    _only(facts, _CHOICE_KEYS, where)
    return Choice(
        text=_read_words(facts, "text", where, needed=True),
        match=_read_words(facts, "match", where),
        weight=_decimal(facts, "weight", where) or Decimal(0),
        feedback=_read_words(facts, "feedback", where),
        missed=_read_words(facts, "missed", where),
        role=_string(facts, "role", where),
        at=_integer(facts, "at", where, 0),
        leads_to=None if facts.get("leads_to") is None else _integer(facts, "leads_to", where, 0),
        tolerance=_decimal(facts, "tolerance", where),
    )


def _read_situation(facts: Mapping[str, Any], where: str) -> Situation:
    _only(facts, {"number", "text"}, where)
    return Situation(number=_integer(facts, "number", where, 0), text=_read_words(facts, "text", where, needed=True))


def _each[Thing](
    facts: Mapping[str, Any], name: str, where: str, read: Callable[[Mapping[str, Any], str], Thing]
) -> tuple[Thing, ...]:
    inside = f"{where}.{name}" if where else name
    return tuple(
        read(_object(each, f"{inside}[{place}]"), f"{inside}[{place}]")
        for place, each in enumerate(_list(facts, name, where))
    )


def _read_words(facts: Mapping[str, Any], name: str, where: str, *, needed: bool = False) -> BilingualText:
    inside = f"{where}.{name}" if where else name
    value = facts.get(name)
    if value is None and not needed:
        return EMPTY_TEXT
    both = _object(value, inside)
    _only(both, {"sr", "en"}, inside)
    words = BilingualText(**{language: _string(both, language, inside) for language in ("sr", "en")})
    if needed and not words:
        _refuse(inside, _("The text is missing."))
    return words


def _string(facts: Mapping[str, Any], name: str, where: str) -> str:
    return _plain(facts.get(name) or "", str, f"{where}.{name}" if where else name)


def _integer(facts: Mapping[str, Any], name: str, where: str, default: int) -> int:
    inside = f"{where}.{name}" if where else name
    number = facts.get(name, default)
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= 32_000:
        _refuse(inside, _("This is not a whole number."))
    return number


def _decimal(facts: Mapping[str, Any], name: str, where: str) -> Decimal | None:
    value = facts.get(name)
    if value is None:
        return None
    try:
        number = Decimal(str(value)) if isinstance(value, int | float | str) and not isinstance(value, bool) else None
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite() or abs(number) > 10**15:
        _refuse(f"{where}.{name}", _("This is not a number."))
    return number


def _list(facts: Mapping[str, Any], name: str, where: str) -> list[Any]:
    value = facts.get(name, [])
    return list(_plain(value, list, f"{where}.{name}" if where else name))


def _object(value: Any, where: str) -> dict[str, Any]:
    return dict(_plain(value, dict, where))


def _plain[Plain](value: Any, kind: type[Plain], where: str) -> Plain:
    if isinstance(value, str) and _NO_TEXT.search(value):
        _refuse(where, _("The text contains a forbidden character."))
    if not isinstance(value, kind):
        _refuse(where, _("The value has the wrong type."))
    return value


def _only(facts: Mapping[str, Any], allowed: set[str] | frozenset[str], where: str) -> None:
    for name in facts:
        if name not in allowed:
            _refuse(where, _("Unknown field “%(name)s”.") % {"name": name[:60]})


def _refuse(where: str, what: str) -> NoReturn:
    raise FormatProblem(where, what)
