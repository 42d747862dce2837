"""Reader of JSON files that reports all problems with their lines. `json_format` stops at the first one."""

import json
import re
from typing import Any, Final

from awareness.quizzes.import_export.gift.parser import MAX_QUESTIONS
from awareness.quizzes.import_export.json_format import QUESTIONS, VERSION, FormatProblem, read_file
from awareness.quizzes.import_export.parse_result import ParsedQuestion, ParseNote
from awareness.quizzes.kinds.schemas import Question, Quiz
from awareness.quizzes.kinds.validation import question_problems

_DEEPEST: Final = 8
_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+|\n|"')


def read_json(text: str) -> tuple[Quiz | None, list[ParsedQuestion], tuple[ParseNote, ...]]:
    """Return the quiz, if any, the questions, and notes on the whole file. Errors are returned as notes."""
    text = text.removeprefix("\ufeff")
    try:
        data = json.loads(text)
        whole = read_file(text)
    except (ValueError, RecursionError):
        return None, [], (_unreadable(text),)
    except FormatProblem as problem:
        lines = lines_of(text)
        return None, *_piece_by_piece(data, lines, problem)
    lines = lines_of(text)
    quiz = whole if isinstance(whole, Quiz) else None
    questions = quiz.questions if quiz else whole
    assert not isinstance(questions, Quiz)  # noqa: S101 - a quiz has been told apart
    return quiz, [_found(question, f"questions[{place}]", lines) for place, question in enumerate(questions)], ()


def lines_of(text: str) -> dict[str, int]:
    """Return the line (from 1) of each value by its path ("questions[2].choices[0]"). `text` must be valid JSON."""
    lines: dict[str, int] = {}
    line, stack, key = 1, list[Any](), None
    for match in _TOKEN.finditer(text):
        sign = match[0]
        if sign == "\n":
            line += 1
        elif sign in "]}":
            stack.pop()
        elif sign == ",":
            key = None
            if isinstance(stack[-1][1], int):
                stack[-1] = (stack[-1][0], stack[-1][1] + 1)
        elif stack and stack[-1][1] is None and key is None and sign.startswith('"'):
            key = json.loads(sign)
        elif sign != ":":
            # Nested deeper than the format allows: uses the path of the parent.
            way = "" if not stack else _way(stack[-1], key) if len(stack) < _DEEPEST else stack[-1][0]
            lines.setdefault(way, line)
            if sign in "[{":
                stack.append((way, 0 if sign == "[" else None))
            key = None
    return lines


def line_at(lines: dict[str, int], where: str) -> int:
    """Return the line of a path, or of its nearest known ancestor."""
    while where and where not in lines:
        where = where[: max(where.rfind("."), where.rfind("["), 0)]
    return lines.get(where, 1)


def _way(parent: tuple[str, int | None], key: str | None) -> str:
    way, place = parent
    if place is not None:
        return f"{way}[{place}]"
    return f"{way}.{key}" if way else str(key)


def _unreadable(text: str) -> ParseNote:
    try:
        read_file(text)
    except FormatProblem as problem:
        cause = problem.__cause__
        return ParseNote(cause.lineno if isinstance(cause, json.JSONDecodeError) else 0, problem.what)
    raise AssertionError(text[:100])


def _found(question: Question, where: str, lines: dict[str, int]) -> ParsedQuestion:
    begins = line_at(lines, where)
    return ParsedQuestion(
        begins,
        question,
        tuple(ParseNote(begins, f"{each.where}: {each.what}", each.blocking) for each in question_problems(question)),
    )


def _piece_by_piece(
    data: Any, lines: dict[str, int], first: FormatProblem
) -> tuple[list[ParsedQuestion], tuple[ParseNote, ...]]:
    """Parse each question alone, then the data around them."""
    if not isinstance(data, dict) or not isinstance(data.get("questions"), list):
        return [], (_note(first.where, first.what, lines),)
    found = []
    # One question more than the limit, for the caller to detect an excess.
    for place, each in enumerate(data["questions"][: MAX_QUESTIONS + 1]):
        where = f"questions[{place}]"
        try:
            read = read_file(json.dumps({"format": QUESTIONS, "version": VERSION, "questions": [each]}))
        except FormatProblem as problem:
            note = _note(problem.where.replace("questions[0]", where, 1), problem.what, lines)
            found.append(ParsedQuestion(line_at(lines, where), None, (note,)))
        else:
            assert not isinstance(read, Quiz)  # noqa: S101 - these are loose questions
            found.append(_found(read[0], where, lines))
    try:
        read_file(json.dumps({**data, "questions": []}))
    except FormatProblem as problem:
        return found, (_note(problem.where, problem.what, lines),)
    return found, ()


def _note(where: str, what: str, lines: dict[str, int]) -> ParseNote:
    return ParseNote(line_at(lines, where), f"{where}: {what}" if where else what)
