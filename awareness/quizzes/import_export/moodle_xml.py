"""Reads Moodle XML: each question is rewritten as GIFT and read by the GIFT parser."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.utils.translation import gettext as _
from lxml import etree

from awareness.quizzes.import_export.gift.parser import MAX_QUESTIONS, read_gift, too_many_questions
from awareness.quizzes.import_export.gift.text import TextReader, escape, hold, percent
from awareness.quizzes.import_export.parse_result import ParsedQuestion, ParseNote
from awareness.quizzes.kinds.validation import MAX_EXPLANATION_LENGTH

_FORMATS: Final = {
    "html": "[html]",
    "moodle_auto_format": "[moodle]",
    "plain_text": "[plain]",
    "markdown": "[markdown]",
}
# A gap of a cloze question: weight, kind and answers.
_GAP: Final = re.compile(r"\{\d*:(?P<kind>[A-Z_]+):(?P<answers>(?:\\.|[^{}\\])+)\}")
_GAP_KINDS: Final = frozenset(
    {"SHORTANSWER", "SA", "SHORTANSWER_C", "SAC", "MULTICHOICE", "MC", "MULTICHOICE_V", "MCV", "MULTICHOICE_H", "MCH"}
)
_FULL: Final = Decimal(100)


class _Unsupported(Exception):
    """The question cannot be written as GIFT; the message gives the reason."""


def read_moodle_xml(text: str, language: str) -> list[ParsedQuestion]:
    """Parse all questions of a file in file order, with the line of each. `language`: "sr" or "en". Errors are returned as notes.

    Document types are refused, and entities and addresses are never resolved.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, encoding="utf-8")
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        return [_unread(error.lineno or 0, _("This is not valid XML: %(problem)s") % {"problem": error.msg})]
    if root.getroottree().docinfo.doctype:
        return [_unread(1, _("The file has a document type, which is not allowed."))]
    if root.tag != "quiz":
        return [_unread(1, _("This is not a file of Moodle questions."))]
    found: list[ParsedQuestion] = []
    category = ""
    for element in root.iterchildren("question"):
        kind = element.get("type", "")
        if kind == "category":
            category = " ".join(_text(element.find("category/text")).split())
            continue
        if len(found) == MAX_QUESTIONS:
            return [*found, _unread(element.sourceline, too_many_questions())]
        found.append(_read(element, kind, category, language))
    return found


def _unread(line: int, what: str, source: str = "") -> ParsedQuestion:
    return ParsedQuestion(line, None, (ParseNote(line, what),), source)


def _read(element: Any, kind: str, category: str, language: str) -> ParsedQuestion:
    name = escape(" ".join(_text(element.find("name/text")).split()))
    try:
        gift = f"::{name}::{_body(element, kind)}"
    except _Unsupported as refused:
        return _unread(element.sourceline, str(refused), f"::{name}::{_marked(element.find('questiontext'))}")
    head = f"$CATEGORY: {category}\n\n" if category else ""
    [question] = read_gift(head + gift, language)
    notes = [ParseNote(element.sourceline, note.what, note.blocking) for note in question.notes]
    if kind == "description" and question.question:
        # GIFT has no place for the general feedback of a text without answers.
        reader = TextReader(language, lambda _place: element.sourceline)
        text = reader.text(hold(_marked(element.find("generalfeedback"))), 0)
        if len(text) > MAX_EXPLANATION_LENGTH:
            message = _("The %(what)s is longer than %(number)d characters and was shortened.")
            reader.note(0, message % {"what": _("explanation"), "number": MAX_EXPLANATION_LENGTH}, blocking=False)
        notes += [note for note in reader.notes if note not in notes]
        explanation = reader.words(text[:MAX_EXPLANATION_LENGTH])
        question = replace(question, question=replace(question.question, explanation=explanation))
    return replace(question, line=element.sourceline, notes=tuple(notes), source=gift)


def _body(element: Any, kind: str) -> str:
    """Return the question text and its answers as GIFT. Raises _Unsupported."""
    text = _marked(element.find("questiontext"))
    general = _text(element.find("generalfeedback/text")).strip()
    explained = f" ####{escape(general)}" if general else ""
    if kind == "cloze":
        return _cloze(element, explained)
    if kind == "description":
        return text
    answers = _ANSWERS.get(kind)
    if answers is None:
        raise _Unsupported(_("Questions of the kind “%(kind)s” cannot be imported.") % {"kind": kind[:40]})
    inside = " ".join(answers(element))
    return f"{text}{{{inside}{explained}}}"


def _choices(element: Any) -> Iterator[str]:
    single = _text(element.find("single")).strip() in {"true", "1"}
    for answer in element.iterchildren("answer"):
        weight = _weight(answer)
        if single and weight == _FULL:
            yield f"={_answer(answer)}"
        else:
            yield f"~{f'%{percent(weight)}%' if weight else ''}{_answer(answer)}"


def _truth(element: Any) -> Iterator[str]:
    """One of two answers, with the feedback of both."""
    right = wrong = None
    for answer in element.iterchildren("answer"):
        if _weight(answer) == _FULL:
            right = answer if right is None else right
        else:
            wrong = answer
    is_true = right is not None and _text(right.find("text")).strip().lower() == "true"
    # GIFT has the feedback for the wrong choice first.
    of_wrong, of_right = (_feedback(each) if each is not None else "" for each in (wrong, right))
    yield f"{'T' if is_true else 'F'}{of_wrong or '#' if of_right else of_wrong}{of_right}"


def _texts(element: Any) -> Iterator[str]:
    for answer in element.iterchildren("answer"):
        weight = _weight(answer)
        yield f"={'' if weight == _FULL else f'%{percent(weight)}%'}{_answer(answer)}"


def _numbers(element: Any) -> Iterator[str]:
    yield "#"
    for answer in element.iterchildren("answer"):
        weight, tolerance = _weight(answer), _text(answer.find("tolerance")).strip() or "0"
        number = f"{_text(answer.find('text')).strip()}:{tolerance}"
        yield f"={'' if weight == _FULL else f'%{percent(weight)}%'}{number}{_feedback(answer)}"


def _pairs(element: Any) -> Iterator[str]:
    for part in element.iterchildren("subquestion"):
        yield f"={_marked(part)} -> {escape(_text(part.find('answer/text')).strip())}"


_ANSWERS: Final[Mapping[str, Callable[[Any], Iterator[str]]]] = {
    "multichoice": _choices,
    "truefalse": _truth,
    "shortanswer": _texts,
    "numerical": _numbers,
    "matching": _pairs,
    "essay": lambda _element: iter(()),
}


def _cloze(element: Any, explained: str) -> str:
    """Return a text with gaps of words or choices; the answers have the signs of GIFT. The last gap holds the general feedback."""
    written = _text(element.find("questiontext/text"))
    gaps = list(_GAP.finditer(written))
    if not gaps or any(gap["kind"] not in _GAP_KINDS for gap in gaps):
        raise _Unsupported(_("Only texts with gaps of words or choices can be imported."))
    form = _FORMATS.get(element.find("questiontext").get("format", "html"), "[html]")
    starts = [0, *(gap.end() for gap in gaps)]
    parts = [
        f"{escape(written[start : gap.start()])}{{{_gap_answers(gap)}{explained if gap is gaps[-1] else ''}}}"
        for start, gap in zip(starts, gaps, strict=False)
    ]
    return f"{form}{''.join(parts)}{escape(written[starts[-1] :])}"


def _gap_answers(gap: re.Match[str]) -> str:
    choices = gap["kind"].startswith("M")
    inside = []
    for part in re.split(r"(?<!\\)~", gap["answers"]):
        match = re.match(r"(=|%-?\d+(?:\.\d+)?%)?(.*)", part, re.DOTALL)
        mark, words = (match[1] or "", match[2]) if match else ("", part)
        text, _sign, feedback = words.partition("#")
        answer_text = f"{escape(text.strip())}{f'#{escape(feedback.strip())}' if feedback.strip() else ''}"
        if choices:
            inside.append(f"={answer_text}" if mark in {"=", "%100%"} else f"~{mark}{answer_text}")
        else:
            inside.append(f"={'' if mark in {'=', '%100%'} else mark or '%0%'}{answer_text}")
    return " ".join(inside)


def _answer(answer: Any) -> str:
    return f"{_marked(answer)}{_feedback(answer)}"


def _feedback(answer: Any) -> str:
    feedback_text = _text(answer.find("feedback/text")).strip()
    return f"#{escape(feedback_text)}" if feedback_text else ""


def _marked(element: Any) -> str:
    """Return the escaped text of an element with the mark of its format."""
    if element is None:
        return ""
    return f"{_FORMATS.get(element.get('format', ''), '')}{escape(_text(element.find('text')).strip())}"


def _text(element: Any) -> str:
    return "" if element is None else element.text or ""


def _weight(answer: Any) -> Decimal:
    try:
        weight = Decimal(answer.get("fraction") or 0)
    except InvalidOperation:
        raise _Unsupported(_("An answer has a weight that is not a number.")) from None
    if not weight.is_finite() or abs(weight) > _FULL:
        raise _Unsupported(_("An answer has a weight that is not a number."))
    return weight
