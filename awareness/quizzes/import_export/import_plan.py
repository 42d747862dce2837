"""Import plan of a file: parsed questions with their problems, matched against the bank, and its execution."""

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
from awareness.quizzes.import_export.gift.parser import MAX_QUESTIONS, read_gift, too_many_questions
from awareness.quizzes.import_export.json_reader import read_json
from awareness.quizzes.import_export.moodle_xml import read_moodle_xml
from awareness.quizzes.import_export.parse_result import ParsedQuestion, ParseNote
from awareness.quizzes.import_export.text_encoding import Undecodable, decode
from awareness.quizzes.kinds import schemas
from awareness.quizzes.kinds.base import choice_label
from awareness.quizzes.kinds.registry import kind_of
from awareness.quizzes.kinds.schemas import QuestionProblem
from awareness.quizzes.kinds.schemas import merge_translation as joined_questions
from awareness.quizzes.models import NextStep, Question, QuestionChoice, QuestionSituation, Quiz, ResultText
from awareness.quizzes.selectors import questions_with_parts, to_question_data
from awareness.quizzes.services import create_question, create_quiz, rewrite_question
from awareness.topics.models import Topic
from clicksafely.common.audit import audit_log

# `kinds.validation` checks for missing texts. English alone is enough.
_MAY_BE_MISSING = frozenset({"blank", "null"})


def model_errors(question: schemas.Question) -> list[QuestionProblem]:
    """Return violations of model constraints by a question."""
    found = list(_of_row(Question(**mappers.question_fields(question, {})), ""))
    for place, fields in enumerate(mappers.choice_fields(question)):
        found += _of_row(QuestionChoice(**fields), choice_label(place))
    for fields in mappers.situation_fields(question):
        found += _of_row(QuestionSituation(**fields), _("Situation %(number)d") % {"number": fields["number"]})
    if len({situation.number for situation in question.situations}) < len(question.situations):
        found.append(QuestionProblem(_("Situations"), _("Each situation needs its own number, from 1.")))
    return found


def quiz_problems(quiz: schemas.Quiz) -> list[QuestionProblem]:
    """Return violations of model constraints by a quiz, without its questions."""
    found = list(_of_row(Quiz(**mappers.quiz_fields(quiz)), ""))
    if not quiz.slug:
        found.append(QuestionProblem(_("Address"), _("The quiz has no address.")))
    for closing in quiz.closings:
        found += _of_row(
            ResultText(from_percent=closing.from_percent, **mappers.both("text", closing.text)), _("Closing texts")
        )
    if len({closing.from_percent for closing in quiz.closings}) < len(quiz.closings):
        found.append(QuestionProblem(_("Closing texts"), _("Two closing texts start from the same score.")))
    for step in quiz.next_steps:
        row = NextStep(kind=step.kind, slug=step.slug)
        found += [*_of_row(row, _("Next steps")), *_of_constraints(row, _("Next steps"))]
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
MOODLE_XML: Final = "xml"
IMPORT_FORMATS: Final[tuple[tuple[str, str | Promise], ...]] = (
    (GIFT, "GIFT (Moodle)"),
    (MOODLE_XML, "XML (Moodle)"),
    (JSON, gettext_lazy("JSON of this site")),
)
EXPORT_FORMATS: Final = tuple((name, label) for name, label in IMPORT_FORMATS if name != MOODLE_XML)


@dataclass(frozen=True, slots=True)
class PlannedQuestion:
    """A question of a file with its notes, and the matching row of the bank, if any.

    `joined`: the matching row's data after adding the file's language, None if nothing is added.
    """

    found: ParsedQuestion
    notes: tuple[ParseNote, ...]
    bank_question: Question | None = None
    joined: schemas.Question | None = None

    @property
    def question(self) -> schemas.Question | None:
        """The parsed question."""
        return self.found.question

    @property
    def blocked(self) -> bool:
        """Whether the question cannot be imported."""
        return any(note.blocking for note in self.notes)

    @property
    def kind_label(self) -> str | Promise:
        """Name of the question's kind."""
        return kind_of(self.question).label if self.question else ""


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """Preview of an import. `notes` concern the whole file.

    A blocking note of the file prevents the import. A blocking note of a question excludes this question if the file is
    `partial`.
    """

    entries: tuple[PlannedQuestion, ...] = ()
    notes: tuple[ParseNote, ...] = ()
    quiz: schemas.Quiz | None = None
    partial: bool = False
    all_notes: tuple[ParseNote, ...] = field(init=False)

    def __post_init__(self) -> None:
        notes = [*self.notes, *(note for entry in self.entries for note in entry.notes)]
        object.__setattr__(self, "all_notes", tuple(sorted(notes, key=lambda note: note.line)))

    @property
    def faults(self) -> tuple[ParseNote, ...]:
        """Notes that prevent the import."""
        notes = self.notes if self.good else self.all_notes
        return tuple(note for note in notes if note.blocking)

    @property
    def good(self) -> list[PlannedQuestion]:
        """Questions that are imported: all, or none; the good ones of a partial file."""
        good = [entry for entry in self.entries if not entry.blocked]
        return good if self.partial or len(good) == len(self.entries) else []

    @property
    def left_out(self) -> list[PlannedQuestion]:
        """Questions of a partial file that are not imported."""
        return [entry for entry in self.entries if entry.blocked] if self.good else []

    @property
    def new(self) -> list[PlannedQuestion]:
        """Questions to add."""
        return [entry for entry in self.good if entry.bank_question is None]

    @property
    def same(self) -> list[PlannedQuestion]:
        """Questions that the bank has already, with identical text."""
        return [entry for entry in self.good if entry.bank_question is not None and entry.joined is None]

    @property
    def translated(self) -> list[PlannedQuestion]:
        """Questions that the bank has in the other language and that gain this one."""
        return [entry for entry in self.good if entry.joined is not None]


def read_plan(data: bytes, form: str, language: str = "sr") -> ImportPlan:
    """Parse a file (GIFT, Moodle XML or JSON) into a plan. `language` applies to the first two. Errors are returned as notes."""
    try:
        text, notes = decode(data)
    except Undecodable as error:
        return ImportPlan(notes=(error.note,))
    quiz = None
    if form == JSON:
        quiz, found, more = read_json(text)
        notes += more
        if len(found) > MAX_QUESTIONS:
            return ImportPlan(notes=(ParseNote(0, too_many_questions()),))
    else:
        found = read_moodle_xml(text, language) if form == MOODLE_XML else read_gift(text, language)
        notes += _script(found, language)
    if not found and not any(note.blocking for note in notes):
        notes += (ParseNote(0, _("The file contains no questions.")),)
    if quiz is not None:
        notes += tuple(ParseNote(1, f"{each.where}: {each.what}") for each in quiz_problems(quiz))
        if Quiz.objects.filter(slug=quiz.slug).exists():
            notes += (ParseNote(1, _("A quiz with the address “%(slug)s” already exists.") % {"slug": quiz.slug}),)
        notes += tuple(_unknown(slug, 1) for slug in _missing(quiz.topics))
    return ImportPlan(tuple(_planned(found, "" if form == JSON else language)), notes, quiz, partial=form != JSON)


def _planned(found: Sequence[ParsedQuestion], language: str) -> Iterator[PlannedQuestion]:
    questions = [each.question for each in found if each.question]
    named = Counter(question.name for question in questions)
    missing = _missing(question.topic for question in questions if question.topic)
    bank_questions = _in_the_bank(named)
    for each in found:
        if each.question is None:
            yield PlannedQuestion(each, each.notes)
            continue
        question = each.question
        notes = [*each.notes, *(ParseNote(each.line, f"{bad.where}: {bad.what}") for bad in model_errors(question))]
        row, joined = None, None
        if named[question.name] > 1:
            notes.append(ParseNote(each.line, _("Another question in this file has the same name."), blocking=False))
        else:
            row, joined = _find_duplicate(question, bank_questions.get(question.name, []), language)
        if row is None and question.name in bank_questions:
            notes.append(ParseNote(each.line, _("The bank has a different question with this name."), blocking=False))
        if question.topic in missing:
            notes.append(_unknown(question.topic, each.line))
        yield PlannedQuestion(each, tuple(dict.fromkeys(notes)), row, joined)


def _find_duplicate(
    question: schemas.Question, candidates: Sequence[tuple[Question, schemas.Question]], language: str
) -> tuple[Question | None, schemas.Question | None]:
    """Return the matching row and its data with the file's language added, or None and None."""
    for row, plain in candidates:
        if plain == question:
            return row, None
    for row, plain in candidates:
        if language and (together := joined_questions(plain, question, language)):
            return row, None if together == plain else together
    return None, None


def _in_the_bank(names: Iterable[str]) -> dict[str, list[tuple[Question, schemas.Question]]]:
    rows_by_name: dict[str, list[tuple[Question, schemas.Question]]] = {}
    for row in questions_with_parts(Question.objects.filter(name__in=list(names))):
        rows_by_name.setdefault(row.name, []).append((row, to_question_data(row)))
    return rows_by_name


def _missing(slugs: Iterable[str]) -> set[str]:
    requested_slugs = set(slugs)
    return requested_slugs - set(Topic.objects.filter(slug__in=requested_slugs).values_list("slug", flat=True))


def _unknown(slug: str, line: int) -> ParseNote:
    return ParseNote(
        line, _("The topic “%(slug)s” does not exist and was left out.") % {"slug": slug[:80]}, blocking=False
    )


def _script(found: Iterable[ParsedQuestion], language: str) -> tuple[ParseNote, ...]:
    """Return a note if Serbian texts contain no Cyrillic: Latin text is not converted on Cyrillic pages."""
    texts = "".join(each.question.text.sr for each in found if each.question)
    if language == "sr" and any(sign.isalpha() for sign in texts) and not any("Ѐ" <= sign <= "ӿ" for sign in texts):
        return (
            ParseNote(
                0, _("The texts are in the Latin script. Cyrillic pages will show them unchanged."), blocking=False
            ),
        )
    return ()


def apply_plan(*, plan: ImportPlan, actor: AbstractBaseUser, now: datetime) -> Quiz | None:
    """Add the new questions and, if any, the quiz as a draft.

    Existing questions are reused and gain the file's language.

    Returns the quiz, if any. Raises ValueError for a plan with blocking notes.
    """
    if plan.faults:
        raise ValueError("the plan has blocking notes")
    counts: dict[str, audit_log.AuditValue] = {"new": len(plan.new), "translated": len(plan.translated)}
    with transaction.atomic():
        audit_log.record(action="questions.imported", subject=None, actor=actor, now=now, data=counts)
        if plan.quiz is not None:
            existing_questions = {
                entry.question: entry.bank_question for entry in plan.entries if entry.question and entry.bank_question
            }
            return create_quiz(facts=plan.quiz, actor=actor, now=now, existing_questions=existing_questions)
        for entry in plan.new:
            if entry.question is not None:
                create_question(facts=entry.question, actor=actor, now=now)
        for entry in plan.translated:
            if entry.bank_question is not None and entry.joined is not None:
                rewrite_question(question=entry.bank_question, facts=entry.joined, actor=actor, now=now)
    return None
