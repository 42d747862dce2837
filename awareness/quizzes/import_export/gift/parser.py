"""Parser for GIFT files: splits them into blocks and reads each as a question."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from awareness.publishing.audiences import QuizLevel
from awareness.quizzes.import_export.gift.text import FORBIDDEN, TextReader, escape, hold, release
from awareness.quizzes.import_export.parse_result import ParsedQuestion, ParseNote
from awareness.quizzes.kinds.base import choice_label
from awareness.quizzes.kinds.registry import QUESTION_KINDS
from awareness.quizzes.kinds.schemas import EMPTY_TEXT, FULL_CREDIT, BilingualText, Choice, Question
from awareness.quizzes.kinds.validation import MAX_NAME_LENGTH, question_problems

_TAG: Final = re.compile(r"\[tag:([^\]\x00-\x1f]{1,200})\]")
_CATEGORY: Final = "$CATEGORY:"
# Moodle's names of the top category.
_TOP: Final = frozenset({"top", "$course$", "$course$/top"})


@dataclass(frozen=True, slots=True)
class Block:
    """Consecutive lines (number from 1, stripped text) with the category and tags that apply to them."""

    lines: tuple[tuple[int, str], ...]
    category: str
    tags: tuple[str, ...]

    @property
    def line(self) -> int:
        """First line number."""
        return self.lines[0][0]

    @property
    def text(self) -> str:
        """The lines joined."""
        return "\n".join(text for _line, text in self.lines)

    def line_at(self, text: str, place: int) -> int:
        """Return the file line number of an offset in `text`, which must have the same line breaks as the block."""
        return self.lines[min(text.count("\n", 0, place), len(self.lines) - 1)][0]


def blocks(text: str) -> Iterator[Block]:
    """Split a file into blocks at empty lines. A category line also ends a block."""
    category, tags = "", list[str]()
    lines: list[tuple[int, str]] = []
    for number, raw in enumerate([*text.split("\n"), ""], 1):
        line = raw.strip()
        if line.startswith("//"):
            tags += _TAG.findall(line)
            continue
        opens = line.startswith(_CATEGORY) and not lines
        if lines and not line:
            yield Block(tuple(lines), category, tuple(tags))
            tags, lines = [], []
        elif opens:
            named = line.removeprefix(_CATEGORY).strip()
            category, tags = ("" if named in _TOP else named), []
        elif line:
            lines.append((number, line))


MAX_QUESTIONS: Final = 2000
# Limits the work on markup. Real questions are far shorter.
MAX_BLOCK_LENGTH: Final = 20_000
MAX_CATEGORY_LENGTH: Final = 300
_NAME_OF_TEXT: Final = 60
# Replaces an answer inside a sentence, as in Moodle.
BLANK: Final = "_____"
_GAP: Final = re.compile(r"\{([^{}]*)\}")


def read_gift(text: str, language: str = "sr") -> list[ParsedQuestion]:
    """Parse all questions of a file in file order. `language`: "sr" or "en". Errors are returned as notes."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if forbidden := FORBIDDEN.search(text):
        line = text.count("\n", 0, forbidden.start()) + 1
        return [_unread(line, _("The text contains a forbidden character."))]
    found: list[ParsedQuestion] = []
    for block in blocks(text):
        if len(found) == MAX_QUESTIONS:
            return [*found, _unread(block.line, too_many_questions())]
        if len(block.text) > MAX_BLOCK_LENGTH:
            found.append(_unread(block.line, _("The question is too long."), block.text))
        else:
            found.append(_BlockReader(block, language).read())
    return found


def too_many_questions() -> str:
    """Message for a file with more than `MAX_QUESTIONS` questions."""
    return _("A file can have at most %(number)d questions. Split it.") % {"number": MAX_QUESTIONS}


def _unread(line: int, what: str, source: str = "") -> ParsedQuestion:
    return ParsedQuestion(line, None, (ParseNote(line, what),), source)


def syntax_of(inside: str) -> str:
    """Return the syntax of the text between the braces by Moodle's rules."""
    if not inside:
        return "essay"
    if inside.startswith("#"):
        return "number"
    if "~" in inside:
        return "one" if "=" in inside else "many"
    if "=" in inside and "->" in inside:
        return "pairs"
    return "truth" if inside.partition("#")[0].strip() in {"T", "TRUE", "F", "FALSE"} else "text"


# A sign ("=", "~", or "" before the first one), the text up to the next sign, and the start of that text.
type Part = tuple[str, str, int]


class AnswerParser:
    """The text between the braces of a question and its parts. `begins`: the offset of `inside` in the question."""

    def __init__(self, reader: TextReader, inside: str, begins: int) -> None:
        self.reader, self.inside, self.begins = reader, inside, begins

    def parts(self, signs: str, inside: str, begins: int) -> Iterator[Part]:
        """Split a text at signs."""
        sign, start = "", 0
        for match in re.finditer(f"[{signs}]", inside):
            if sign or inside[start : match.start()].strip():
                yield sign, inside[start : match.start()], begins + start
            sign, start = match[0], match.end()
        if sign or inside[start:].strip():
            yield sign, inside[start:], begins + start

    def weighted(self, part: str, place: int, usual: Decimal) -> tuple[Decimal, str, BilingualText]:
        """Return the weight of an answer, its text as written, and its feedback."""
        weight, rest = self.reader.weight(part, place, usual)
        text, sign, feedback = rest.partition("#")
        place += len(part) - len(rest) + len(text) + 1
        feedback_text = self.reader.text(feedback, place) if sign else ""
        return weight, text, self.reader.words(feedback_text) if feedback_text else EMPTY_TEXT

    def choice(self, part: str, place: int, usual: Decimal) -> Choice:
        """Return an answer with its weight (default `usual`) and feedback."""
        weight, text, feedback = self.weighted(part, place, usual)
        self.mark_line(part, place)
        return Choice(text=self.reader.words(self.reader.text(text, place)), weight=weight, feedback=feedback)

    def mark_line(self, part: str, place: int) -> None:
        """Remember the line of the next choice for notes."""
        self.reader.lines.append(self.reader.line_of(place + len(part) - len(part.lstrip())))


class _BlockReader:
    """Parses one block: name, question text and answers."""

    def __init__(self, block: Block, language: str) -> None:
        self.block = block
        self.held = hold(block.text)
        self.taking = TextReader(language, lambda place: block.line_at(self.held, place))

    def read(self) -> ParsedQuestion:
        """Return the question, or notes on why it cannot be read."""
        question = self._question()
        notes = self.taking.notes
        if question is not None:
            notes += self._problems(question)
        notes = sorted(notes, key=lambda note: note.line)
        return ParsedQuestion(self.block.line, question, tuple(notes), self.block.text)

    def _question(self) -> Question | None:
        name, begins = self._name()
        opens, closes = self.held.find("{", begins), self.held.find("}", begins)
        if opens < 0 and closes < 0:
            what = _("The question has no answers in braces. It becomes a text of the worksheet.")
            self.taking.note(begins, what, blocking=False)
            return self._built(name, self.taking.text(self.held[begins:], begins, sets_format=True), "description")
        if closes < opens or opens < 0:
            self.taking.note(max(opens, begins), _("The braces do not match, or an empty line divides them."))
            return None
        if (again := self.held.find("{", closes)) >= 0 or self.held.find("}", closes + 1) >= 0:
            return self._with_gaps(name, begins, max(again, closes))
        before, after = self.held[begins:opens], self.held[closes + 1 :]
        whole = f"{before}{BLANK}{after}" if after.strip() else before
        text = self.taking.text(whole, begins, sets_format=True)
        inside, explained = self._general_feedback(opens + 1, closes)
        return self._built(name, text, syntax_of(inside.strip()), inside, opens + 1, explained)

    def _with_gaps(self, name: str, begins: int, second: int) -> Question | None:
        """Return a text with several gaps: each number of a gap is matched with its word. None, with a note, if that is impossible."""
        gaps = list(_GAP.finditer(self.held, begins))
        words: list[str] = []
        explained = ""
        for gap in gaps:
            inside, general = self._general_feedback(*gap.span(1))
            explained = explained or general
            parser = AnswerParser(self.taking, inside, gap.start(1))
            if syntax_of(inside.strip()) in {"one", "text"}:
                choices = (
                    parser.choice(part, place, FULL_CREDIT)
                    for sign, part, place in parser.parts("=~", inside, gap.start(1))
                    if sign != "~"
                )
                words += [choice.text.read(self.taking.language) for choice in choices if choice.weight == FULL_CREDIT][
                    :1
                ]
        rest = _GAP.sub("", self.held[begins:])
        if len(words) < len(gaps) or len(set(words)) < len(words) or "{" in rest or "}" in rest:
            what = _(
                "The text has a second pair of braces. Separate questions with an empty line, or give each gap one right word of its own."
            )
            self.taking.note(second, what)
            return None
        self.taking.lines = [self.taking.line_of(gap.start()) for gap in gaps]
        numbers = iter(range(1, len(gaps) + 1))
        text = self.taking.text(
            _GAP.sub(lambda _gap: f"({next(numbers)}) {BLANK}", self.held[begins:]), begins, sets_format=True
        )
        pairs = " ".join(f"=({number}) -> {escape(word)}" for number, word in enumerate(words, 1))
        return self._built(name, text, "pairs", hold(pairs), gaps[0].start(), explained)

    def _built(
        self, name: str, text: str, syntax: str, inside: str = "", begins: int = 0, explained: str = ""
    ) -> Question:
        reader = next(kind for kind in QUESTION_KINDS.values() if kind.gift_syntax == syntax)
        kind, choices = reader.read_gift(AnswerParser(self.taking, inside, begins))
        return Question(
            kind=kind,
            name=name or " ".join(text.split())[:_NAME_OF_TEXT].strip(),
            text=self.taking.words(text),
            choices=tuple(choices),
            explanation=self.taking.words(explained) if explained else EMPTY_TEXT,
            category=self._cut(self.block.category, MAX_CATEGORY_LENGTH, _("category")),
            level=next((tag for tag in self._tagged("level") if tag in QuizLevel.values), ""),
            topic=next(iter(self._tagged("topic")), ""),
            difficulty=next((int(tag) for tag in self._tagged("difficulty") if tag in {"1", "2", "3"}), 2),
        )

    def _name(self) -> tuple[str, int]:
        """Return the name and the offset after it."""
        if not self.held.startswith("::"):
            return "", 0
        ends = self.held.find("::", 2)
        if ends < 0:
            self.taking.note(0, _("The name does not end with :: and was read as the question."), blocking=False)
            return "", 2
        return self._cut(" ".join(release(self.held[2:ends]).split()), MAX_NAME_LENGTH, _("name")), ends + 2

    def _general_feedback(self, opens: int, closes: int) -> tuple[str, str]:
        """Return the text between the braces without the general feedback, and the general feedback."""
        inside, sign, general = self.held[opens:closes].rpartition("####")
        if not sign:
            return general, ""
        return inside, self.taking.text(general, closes - len(general))

    def _cut(self, text: str, longest: int, what: str) -> str:
        if len(text) > longest:
            self.taking.note(
                0,
                _("The %(what)s is longer than %(number)d characters and was shortened.")
                % {"what": what, "number": longest},
                blocking=False,
            )
        return text[:longest].strip()

    def _tagged(self, name: str) -> Iterator[str]:
        return (tag.removeprefix(f"{name} ") for tag in self.block.tags if tag.startswith(f"{name} "))

    def _problems(self, question: Question) -> list[ParseNote]:
        """Problems of the parsed question, with the line of the answer where known."""
        lines = {choice_label(place): line for place, line in enumerate(self.taking.lines)}
        return [
            ParseNote(lines.get(problem.where, self.block.line), f"{problem.where}: {problem.what}", problem.blocking)
            for problem in question_problems(question)
        ]
