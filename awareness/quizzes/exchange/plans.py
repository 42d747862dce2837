"""What an import would do: every question with every problem by line; nothing is written here."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from awareness.quizzes.exchange.decoding import Undecodable, decode
from awareness.quizzes.exchange.findings import Found, Note
from awareness.quizzes.exchange.fitting import misfits, quiz_misfits
from awareness.quizzes.exchange.gift.reading import MOST_QUESTIONS, read_gift, too_many_questions
from awareness.quizzes.exchange.joining import joined as joined_questions
from awareness.quizzes.exchange.jsonfile import read_json
from awareness.quizzes.models import Question, Quiz
from awareness.quizzes.questions import quiz as plain_quiz
from awareness.quizzes.questions import shape
from awareness.quizzes.selectors import as_question, questions_with_parts
from awareness.topics.models import Topic

GIFT: Final = "gift"
JSON: Final = "json"
FORMATS: Final[tuple[tuple[str, str | Promise], ...]] = (
    (GIFT, "GIFT (Moodle)"),
    (JSON, gettext_lazy("JSON of this site")),
)


@dataclass(frozen=True, slots=True)
class Planned:
    """A question of a file: as it was found, with everything there is to say, and the row of the bank that is the same question.

    `joined`: what that row will say when it has taken the language of the file; None where it says everything already.
    """

    found: Found
    notes: tuple[Note, ...]
    known: Question | None = None
    joined: shape.Question | None = None

    @property
    def question(self) -> shape.Question | None:
        """What would be written."""
        return self.found.question


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do. `notes` are about the file as a whole. With a fault anywhere nothing of it is written."""

    entries: tuple[Planned, ...] = ()
    notes: tuple[Note, ...] = ()
    quiz: plain_quiz.Quiz | None = None
    all_notes: tuple[Note, ...] = field(init=False)

    def __post_init__(self) -> None:
        notes = [*self.notes, *(note for entry in self.entries for note in entry.notes)]
        object.__setattr__(self, "all_notes", tuple(sorted(notes, key=lambda note: note.line)))

    @property
    def faults(self) -> tuple[Note, ...]:
        """What has to be mended first."""
        return tuple(note for note in self.all_notes if note.blocking)

    @property
    def new(self) -> list[Planned]:
        """The questions that would be added."""
        return [entry for entry in self.entries if entry.known is None]

    @property
    def same(self) -> list[Planned]:
        """Those that are in the bank, word for word."""
        return [entry for entry in self.entries if entry.known is not None and entry.joined is None]

    @property
    def translated(self) -> list[Planned]:
        """Those that are in the bank in the other language, and get this one."""
        return [entry for entry in self.entries if entry.joined is not None]


def read_plan(data: bytes, form: str, language: str = "sr") -> Plan:
    """What the bytes of a file in a format (GIFT or JSON) say; `language` is that of a GIFT file. Never raises, whatever the bytes."""
    try:
        text, notes = decode(data)
    except Undecodable as error:
        return Plan(notes=(error.note,))
    quiz = None
    if form == JSON:
        quiz, found, more = read_json(text)
        notes += more
        if len(found) > MOST_QUESTIONS:
            return Plan(notes=(Note(0, too_many_questions()),))
    else:
        found = read_gift(text, language)
        notes += _script(found, language)
    if not found and not any(note.blocking for note in notes):
        notes += (Note(0, _("There is no question in this file.")),)
    if quiz is not None:
        notes += tuple(Note(1, f"{each.where}: {each.what}") for each in quiz_misfits(quiz))
        if Quiz.objects.filter(slug=quiz.slug).exists():
            notes += (Note(1, _("There is a quiz with the address “%(slug)s” already.") % {"slug": quiz.slug}),)
        notes += tuple(_unknown(slug, 1) for slug in _missing(quiz.topics))
    return Plan(tuple(_planned(found, language if form == GIFT else "")), notes, quiz)


def _planned(found: Sequence[Found], language: str) -> Iterator[Planned]:
    questions = [each.question for each in found if each.question]
    named = Counter(question.name for question in questions)
    missing = _missing(question.topic for question in questions if question.topic)
    known = _in_the_bank(named)
    for each in found:
        if each.question is None:
            yield Planned(each, each.notes)
            continue
        question = each.question
        notes = [*each.notes, *(Note(each.line, f"{bad.where}: {bad.what}") for bad in misfits(question))]
        row, joined = None, None
        if named[question.name] > 1:
            notes.append(Note(each.line, _("Another question of this file has the same name."), blocking=False))
        else:
            row, joined = _counterpart(question, known.get(question.name, []), language)
        if row is None and question.name in known:
            notes.append(Note(each.line, _("The bank has another question of this name."), blocking=False))
        if question.topic in missing:
            notes.append(_unknown(question.topic, each.line))
        yield Planned(each, tuple(dict.fromkeys(notes)), row, joined)


def _counterpart(
    question: shape.Question, known: Sequence[tuple[Question, shape.Question]], language: str
) -> tuple[Question | None, shape.Question | None]:
    """The row that is the same question, and what it says together with a file in one language; None and None where there is none."""
    for row, plain in known:
        if plain == question:
            return row, None
    for row, plain in known:
        if language and (together := joined_questions(plain, question, language)):
            return row, None if together == plain else together
    return None, None


def _in_the_bank(names: Iterable[str]) -> dict[str, list[tuple[Question, shape.Question]]]:
    known: dict[str, list[tuple[Question, shape.Question]]] = {}
    for row in questions_with_parts(Question.objects.filter(name__in=list(names))):
        known.setdefault(row.name, []).append((row, as_question(row)))
    return known


def _missing(slugs: Iterable[str]) -> set[str]:
    wanted = set(slugs)
    return wanted - set(Topic.objects.filter(slug__in=wanted).values_list("slug", flat=True))


def _unknown(slug: str, line: int) -> Note:
    return Note(line, _("There is no topic “%(slug)s”: it is left out.") % {"slug": slug[:80]}, blocking=False)


def _script(found: Iterable[Found], language: str) -> tuple[Note, ...]:
    """Serbian is kept in Cyrillic; Latin letters would stand on pages in Cyrillic as they are."""
    texts = "".join(each.question.text.sr for each in found if each.question)
    if language == "sr" and any(sign.isalpha() for sign in texts) and not any("Ѐ" <= sign <= "ӿ" for sign in texts):
        return (
            Note(0, _("The texts are in Latin letters: pages in Cyrillic will show them as they are."), blocking=False),
        )
    return ()
