"""A GIFT file as blocks of lines: comments taken out, categories and tags noted."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from awareness.publishing.audiences import Level
from awareness.quizzes.import_export.gift.answers import AnswerParser, kind_of
from awareness.quizzes.import_export.gift.text import FORBIDDEN, TextReader, hold, release
from awareness.quizzes.import_export.parse_result import ParsedQuestion, ParseNote
from awareness.quizzes.kinds.schemas import EMPTY_TEXT, Question
from awareness.quizzes.kinds.validation import LONGEST_NAME, choice_label, question_problems

_TAG: Final = re.compile(r"\[tag:([^\]\x00-\x1f]{1,200})\]")
_CATEGORY: Final = "$CATEGORY:"
# What Moodle calls the place that has no name.
_TOP: Final = frozenset({"top", "$course$", "$course$/top"})


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together: the number of each (from 1), trimmed; `category` holds for what stands in it."""

    lines: tuple[tuple[int, str], ...]
    category: str
    tags: tuple[str, ...]

    @property
    def line(self) -> int:
        """Where it begins."""
        return self.lines[0][0]

    @property
    def text(self) -> str:
        """Its lines together."""
        return "\n".join(text for _line, text in self.lines)

    def line_at(self, text: str, place: int) -> int:
        """In which line of the file a place in `text` is, which has as many line ends as the block's own."""
        return self.lines[min(text.count("\n", 0, place), len(self.lines) - 1)][0]


def blocks(text: str) -> Iterator[Block]:
    """The blocks of a file, which empty lines divide. A line with a category ends a block as well."""
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


MOST_QUESTIONS: Final = 2000
# More than anybody writes in one question; it also bounds the work that its markup makes.
LONGEST_BLOCK: Final = 20_000
LONGEST_CATEGORY: Final = 300
_NAME_OF_TEXT: Final = 60
# Stands where the answer belongs inside a sentence, as Moodle draws it.
BLANK: Final = "_____"


def read_gift(text: str, language: str = "sr") -> list[ParsedQuestion]:
    """Every question of a file, whose texts are in `language` ("sr" or "en"), in its order. Never raises, whatever the text."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if forbidden := FORBIDDEN.search(text):
        line = text.count("\n", 0, forbidden.start()) + 1
        return [_unread(line, _("There is a character here that no text has."))]
    found: list[ParsedQuestion] = []
    for block in blocks(text):
        if len(found) == MOST_QUESTIONS:
            return [*found, _unread(block.line, too_many_questions())]
        if len(block.text) > LONGEST_BLOCK:
            found.append(_unread(block.line, _("This is too long for one question.")))
        else:
            found.append(_BlockReader(block, language).read())
    return found


def too_many_questions() -> str:
    """What is said to a file with more than `MOST_QUESTIONS`."""
    return _("A file may have %(number)d questions. Divide it.") % {"number": MOST_QUESTIONS}


def _unread(line: int, what: str) -> ParsedQuestion:
    return ParsedQuestion(line, None, (ParseNote(line, what),))


class _BlockReader:
    """One block: its name, its text around the braces, and what stands in them."""

    def __init__(self, block: Block, language: str) -> None:
        self.block = block
        self.held = hold(block.text)
        self.taking = TextReader(language, lambda place: block.line_at(self.held, place))

    def read(self) -> ParsedQuestion:
        """The question, or what is wrong with it."""
        question = self._question()
        notes = self.taking.notes
        if question is not None:
            notes += self._problems(question)
        return ParsedQuestion(self.block.line, question, tuple(sorted(notes, key=lambda note: note.line)))

    def _question(self) -> Question | None:
        name, begins = self._name()
        opens, closes = self.held.find("{", begins), self.held.find("}", begins)
        if opens < 0 and closes < 0:
            self.taking.note(begins, _("This is a text without a question: there are no braces with answers."))
            return None
        if closes < opens or opens < 0:
            self.taking.note(
                max(opens, begins), _("The braces do not fit together, or an empty line stands between them.")
            )
            return None
        if (again := self.held.find("{", closes)) >= 0 or self.held.find("}", closes + 1) >= 0:
            self.taking.note(
                max(again, closes), _("There are braces once more: an empty line is missing between two questions.")
            )
            return None
        before, after = self.held[begins:opens], self.held[closes + 1 :]
        whole = f"{before}{BLANK}{after}" if after.strip() else before
        text = self.taking.text(whole, begins, sets_format=True)
        inside, explained = self._general_feedback(opens + 1, closes)
        kind = kind_of(inside)
        if kind is None:
            self.taking.note(opens, _("An essay cannot be marked by itself: there is no such question here."))
            return None
        kind, choices = AnswerParser(self.taking, inside, opens + 1).read(kind)
        if name == "":
            name = " ".join(text.split())[:_NAME_OF_TEXT].strip()
        return Question(
            kind=kind,
            name=name,
            text=self.taking.words(text),
            choices=tuple(choices),
            explanation=self.taking.words(explained) if explained else EMPTY_TEXT,
            category=self._cut(self.block.category, LONGEST_CATEGORY, _("category")),
            level=next((tag for tag in self._tagged("level") if tag in Level.values), ""),
            topic=next(iter(self._tagged("topic")), ""),
            difficulty=next((int(tag) for tag in self._tagged("difficulty") if tag in {"1", "2", "3"}), 2),
        )

    def _name(self) -> tuple[str, int]:
        """The name and the place behind it."""
        if not self.held.startswith("::"):
            return "", 0
        ends = self.held.find("::", 2)
        if ends < 0:
            self.taking.note(0, _("The name does not end with ::, so it was taken as the question."), blocking=False)
            return "", 2
        return self._cut(" ".join(release(self.held[2:ends]).split()), LONGEST_NAME, _("name")), ends + 2

    def _general_feedback(self, opens: int, closes: int) -> tuple[str, str]:
        """What stands in the braces without the last part, and the last part: what is said to everybody."""
        inside, sign, general = self.held[opens:closes].rpartition("####")
        if not sign:
            return general, ""
        return inside, self.taking.text(general, closes - len(general))

    def _cut(self, text: str, longest: int, what: str) -> str:
        if len(text) > longest:
            self.taking.note(
                0,
                _("The %(what)s is longer than %(number)d characters and was cut.") % {"what": what, "number": longest},
                blocking=False,
            )
        return text[:longest].strip()

    def _tagged(self, name: str) -> Iterator[str]:
        return (tag.removeprefix(f"{name} ") for tag in self.block.tags if tag.startswith(f"{name} "))

    def _problems(self, question: Question) -> list[ParseNote]:
        """What keeps the question from being asked; that of an answer in the line of the answer."""
        lines = {choice_label(place): line for place, line in enumerate(self.taking.lines)}
        return [
            ParseNote(lines.get(problem.where, self.block.line), f"{problem.where}: {problem.what}", problem.blocking)
            for problem in question_problems(question)
        ]
