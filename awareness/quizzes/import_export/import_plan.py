"""Whether what a file says fits into the tables: lengths, addresses and codes, as the models themselves check them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from awareness.quizzes import mappers
from awareness.quizzes.import_export.gift.parser import MOST_QUESTIONS, read_gift, too_many_questions
from awareness.quizzes.import_export.json_reader import read_json
from awareness.quizzes.import_export.parse_result import ParsedQuestion, ParseNote
from awareness.quizzes.import_export.text_encoding import Undecodable, decode
from awareness.quizzes.kinds import schemas
from awareness.quizzes.kinds import schemas as plain_quiz
from awareness.quizzes.kinds.schemas import QuestionProblem
from awareness.quizzes.kinds.schemas import merge_translation as joined_questions
from awareness.quizzes.kinds.validation import choice_label
from awareness.quizzes.models import NextStep, Question, QuestionChoice, QuestionSituation, Quiz, ResultText
from awareness.quizzes.selectors import questions_with_parts, to_question_data
from awareness.quizzes.services import create_question, create_quiz, rewrite_question
from awareness.topics.models import Topic

# Which texts must be there is said by `questions.checking`; English alone is enough for the bank.
_MAY_BE_MISSING = frozenset({"blank", "null"})


def misfits(question: schemas.Question) -> list[QuestionProblem]:
    """What the tables would refuse of a question."""
    found = list(_of_row(Question(**mappers.question_fields(question, {})), ""))
    for place, fields in enumerate(mappers.choice_fields(question)):
        found += _of_row(QuestionChoice(**fields), choice_label(place))
    for fields in mappers.situation_fields(question):
        found += _of_row(QuestionSituation(**fields), _("Situation %(number)d") % {"number": fields["number"]})
    if len({situation.number for situation in question.situations}) < len(question.situations):
        found.append(QuestionProblem(_("Situations"), _("Each situation has a number of its own, from 1.")))
    return found


def quiz_misfits(quiz: plain_quiz.Quiz) -> list[QuestionProblem]:
    """What the tables would refuse of a quiz, its questions apart."""
    found = list(_of_row(Quiz(**mappers.quiz_fields(quiz)), ""))
    if not quiz.slug:
        found.append(QuestionProblem(_("Address"), _("A quiz needs an address.")))
    for closing in quiz.closings:
        found += _of_row(
            ResultText(from_percent=closing.from_percent, **mappers.both("text", closing.text)), _("Closing words")
        )
    if len({closing.from_percent for closing in quiz.closings}) < len(quiz.closings):
        found.append(QuestionProblem(_("Closing words"), _("Two of them begin at the same score.")))
    for step in quiz.next_steps:
        row = NextStep(kind=step.kind, slug=step.slug)
        found += [*_of_row(row, _("What next")), *_of_constraints(row, _("What next"))]
    return found


def _of_row(row: models.Model, where: str) -> Iterator[QuestionProblem]:
    try:
        row.clean_fields(exclude=_references(row))
    except ValidationError as error:
        for name, errors in error.error_dict.items():
            label = capfirst(str(row._meta.get_field(name).verbose_name))  # type: ignore[union-attr]
            for each in errors:
                if each.code not in _MAY_BE_MISSING:
                    yield QuestionProblem(", ".join(part for part in (where, label) if part), " ".join(each.messages))


def _of_constraints(row: models.Model, where: str) -> Iterator[QuestionProblem]:
    for constraint in row._meta.constraints:
        if isinstance(constraint, models.CheckConstraint):
            try:
                constraint.validate(type(row), row)
            except ValidationError as error:
                yield QuestionProblem(where, " ".join(error.messages))


def _references(row: models.Model) -> set[str]:
    return {field.name for field in row._meta.concrete_fields if field.is_relation}


GIFT: Final = "gift"
JSON: Final = "json"
FORMATS: Final[tuple[tuple[str, str | Promise], ...]] = (
    (GIFT, "GIFT (Moodle)"),
    (JSON, gettext_lazy("JSON of this site")),
)


@dataclass(frozen=True, slots=True)
class PlannedQuestion:
    """A question of a file: as it was found, with everything there is to say, and the row of the bank that is the same question.

    `joined`: what that row will say when it has taken the language of the file; None where it says everything already.
    """

    found: ParsedQuestion
    notes: tuple[ParseNote, ...]
    known: Question | None = None
    joined: schemas.Question | None = None

    @property
    def question(self) -> schemas.Question | None:
        """What would be written."""
        return self.found.question


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import would do. `notes` are about the file as a whole. With a fault anywhere nothing of it is written."""

    entries: tuple[PlannedQuestion, ...] = ()
    notes: tuple[ParseNote, ...] = ()
    quiz: plain_quiz.Quiz | None = None
    all_notes: tuple[ParseNote, ...] = field(init=False)

    def __post_init__(self) -> None:
        notes = [*self.notes, *(note for entry in self.entries for note in entry.notes)]
        object.__setattr__(self, "all_notes", tuple(sorted(notes, key=lambda note: note.line)))

    @property
    def faults(self) -> tuple[ParseNote, ...]:
        """What has to be mended first."""
        return tuple(note for note in self.all_notes if note.blocking)

    @property
    def new(self) -> list[PlannedQuestion]:
        """The questions that would be added."""
        return [entry for entry in self.entries if entry.known is None]

    @property
    def same(self) -> list[PlannedQuestion]:
        """Those that are in the bank, word for word."""
        return [entry for entry in self.entries if entry.known is not None and entry.joined is None]

    @property
    def translated(self) -> list[PlannedQuestion]:
        """Those that are in the bank in the other language, and get this one."""
        return [entry for entry in self.entries if entry.joined is not None]


def read_plan(data: bytes, form: str, language: str = "sr") -> ImportPlan:
    """What the bytes of a file in a format (GIFT or JSON) say; `language` is that of a GIFT file. Never raises, whatever the bytes."""
    try:
        text, notes = decode(data)
    except Undecodable as error:
        return ImportPlan(notes=(error.note,))
    quiz = None
    if form == JSON:
        quiz, found, more = read_json(text)
        notes += more
        if len(found) > MOST_QUESTIONS:
            return ImportPlan(notes=(ParseNote(0, too_many_questions()),))
    else:
        found = read_gift(text, language)
        notes += _script(found, language)
    if not found and not any(note.blocking for note in notes):
        notes += (ParseNote(0, _("There is no question in this file.")),)
    if quiz is not None:
        notes += tuple(ParseNote(1, f"{each.where}: {each.what}") for each in quiz_misfits(quiz))
        if Quiz.objects.filter(slug=quiz.slug).exists():
            notes += (ParseNote(1, _("There is a quiz with the address “%(slug)s” already.") % {"slug": quiz.slug}),)
        notes += tuple(_unknown(slug, 1) for slug in _missing(quiz.topics))
    return ImportPlan(tuple(_planned(found, language if form == GIFT else "")), notes, quiz)


def _planned(found: Sequence[ParsedQuestion], language: str) -> Iterator[PlannedQuestion]:
    questions = [each.question for each in found if each.question]
    named = Counter(question.name for question in questions)
    missing = _missing(question.topic for question in questions if question.topic)
    known = _in_the_bank(named)
    for each in found:
        if each.question is None:
            yield PlannedQuestion(each, each.notes)
            continue
        question = each.question
        notes = [*each.notes, *(ParseNote(each.line, f"{bad.where}: {bad.what}") for bad in misfits(question))]
        row, joined = None, None
        if named[question.name] > 1:
            notes.append(ParseNote(each.line, _("Another question of this file has the same name."), blocking=False))
        else:
            row, joined = _counterpart(question, known.get(question.name, []), language)
        if row is None and question.name in known:
            notes.append(ParseNote(each.line, _("The bank has another question of this name."), blocking=False))
        if question.topic in missing:
            notes.append(_unknown(question.topic, each.line))
        yield PlannedQuestion(each, tuple(dict.fromkeys(notes)), row, joined)


def _counterpart(
    question: schemas.Question, known: Sequence[tuple[Question, schemas.Question]], language: str
) -> tuple[Question | None, schemas.Question | None]:
    """The row that is the same question, and what it says together with a file in one language; None and None where there is none."""
    for row, plain in known:
        if plain == question:
            return row, None
    for row, plain in known:
        if language and (together := joined_questions(plain, question, language)):
            return row, None if together == plain else together
    return None, None


def _in_the_bank(names: Iterable[str]) -> dict[str, list[tuple[Question, schemas.Question]]]:
    known: dict[str, list[tuple[Question, schemas.Question]]] = {}
    for row in questions_with_parts(Question.objects.filter(name__in=list(names))):
        known.setdefault(row.name, []).append((row, to_question_data(row)))
    return known


def _missing(slugs: Iterable[str]) -> set[str]:
    wanted = set(slugs)
    return wanted - set(Topic.objects.filter(slug__in=wanted).values_list("slug", flat=True))


def _unknown(slug: str, line: int) -> ParseNote:
    return ParseNote(line, _("There is no topic “%(slug)s”: it is left out.") % {"slug": slug[:80]}, blocking=False)


def _script(found: Iterable[ParsedQuestion], language: str) -> tuple[ParseNote, ...]:
    """Serbian is kept in Cyrillic; Latin letters would stand on pages in Cyrillic as they are."""
    texts = "".join(each.question.text.sr for each in found if each.question)
    if language == "sr" and any(sign.isalpha() for sign in texts) and not any("Ѐ" <= sign <= "ӿ" for sign in texts):
        return (
            ParseNote(
                0, _("The texts are in Latin letters: pages in Cyrillic will show them as they are."), blocking=False
            ),
        )
    return ()


def apply_plan(*, plan: ImportPlan, actor: AbstractBaseUser, now: datetime) -> Quiz | None:
    """The new questions, and the quiz as a draft where there is one; questions that are in the bank already are used as they are, and
    those that are there in the other language get this one.

    Raises ValueError for a plan with faults.
    """
    if plan.faults:
        raise ValueError("a plan with faults")
    if plan.quiz is not None:
        known = {entry.question: entry.known for entry in plan.entries if entry.question and entry.known}
        return create_quiz(facts=plan.quiz, actor=actor, now=now, known=known)
    with transaction.atomic():
        for entry in plan.new:
            if entry.question is not None:
                create_question(facts=entry.question, actor=actor, now=now)
        for entry in plan.translated:
            if entry.known is not None and entry.joined is not None:
                rewrite_question(question=entry.known, facts=entry.joined, actor=actor, now=now)
    return None
