"""Answers to the questions of a consultation. Where it is anonymous nobody can lead a sheet back to who gave it: see docs/adr/0034.

Nothing here is audited or logged, in either kind of consultation: a row with a time would say who answered when.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NotRequired, TypedDict
from uuid import uuid4

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from clicksafely.common.plaintext import TextError, clean_text
from youthpanel.consultations.errors import AlreadyAnswered, NotNow
from youthpanel.consultations.phases import day_of_answers, feature_at
from youthpanel.models import AnswerSheet, Consultation, Member, Participation, Question, QuestionKind
from youthpanel.records.errors import Fault, RecordRefused
from youthpanel.records.mixing import hold_sheets, mix
from youthpanel.states import ConsultationState, Feature

LONGEST_TEXT: Final = 2000
LONGEST_OTHER: Final = 200
SCORES: Final = range(1, 6)


class Answer(TypedDict):
    """What was answered to one question: ids of choices, a score from 1 to 5, or a text (also the one of one's own beside choices)."""

    choices: NotRequired[list[int]]
    score: NotRequired[int]
    text: NotRequired[str]


# By the id of the question, as JSON has it.
Answers = Mapping[str, Answer]


def questions_of(consultation: Consultation) -> list[Question]:
    """Its questions in their order, with their choices: two queries."""
    return list(consultation.questions.prefetch_related("choices"))


def has_answered(consultation: Consultation, member: Member) -> bool:
    """Whether a member has answered."""
    return Participation.objects.filter(consultation=consultation, member=member).exists()


def keep_sheet(
    *, consultation: Consultation, member: Member | None, answers: Answers, offline: bool, now: datetime
) -> None:
    """Keep the answers of a member, or (`offline`, without a member) of a sheet of paper. Returns nothing: nobody needs to know which sheet it became.

    Questions may be left out, but not all. Raises RecordRefused with faults at the fields `q<id>` (see `forms`), AlreadyAnswered, and NotNow: online
    in a phase for answering and by a member of an invited cohort, from paper for as long as the consultation is open.
    """
    if offline != (member is None):
        raise ValueError("either a member or paper")
    with transaction.atomic():
        hold_sheets()
        consultation = Consultation.objects.select_for_update().get(pk=consultation.pk)
        _check_door(consultation, member, now)
        kept = checked(questions_of(consultation), answers)
        if member is not None and has_answered(consultation, member):
            raise AlreadyAnswered
        if consultation.anonymous:
            _keep_apart(consultation, member, kept)
        else:
            day = localdate(now)
            if member is not None:
                Participation.objects.create(consultation=consultation, member=member, day=day)
            AnswerSheet.objects.create(consultation=consultation, member=member, answers=kept, offline=offline, day=day)


def _check_door(consultation: Consultation, member: Member | None, now: datetime) -> None:
    if member is None:
        # An open consultation with questions has a phase for answering; see `building`.
        if consultation.state != ConsultationState.OPEN or day_of_answers(consultation.phases.all()) is None:
            raise NotNow
    elif (
        feature_at(consultation, now) != Feature.ANSWER or not consultation.cohorts.filter(pk=member.cohort_id).exists()
    ):
        raise NotNow


def _keep_apart(consultation: Consultation, member: Member | None, kept: dict[str, Answer]) -> None:
    """Both tables are written anew as a whole, each time, so also where there is nothing to add to one of them.

    Nothing is said of paper: of twenty sheets from paper and one that is not everybody would know whose that is.
    """
    day = day_of_answers(consultation.phases.all())
    seen = {"consultation_id": consultation.pk, "day": day}
    who = None if member is None else {"id": uuid4(), "member_id": member.pk, **seen}
    mix(Participation, consultation_id=consultation.pk, added=who, day=day)
    sheet = {"id": uuid4(), "offline": False, "answers": kept, "member_id": None, **seen}
    mix(AnswerSheet, consultation_id=consultation.pk, added=sheet, day=day)


def checked(questions: Sequence[Question], answers: Mapping[str, Any]) -> dict[str, Answer]:
    """The answers as they are kept: cleaned, in the order of the questions, without empty ones. Raises RecordRefused."""
    faults: list[Fault] = []
    kept: dict[str, Answer] = {}
    if set(answers) - {str(question.pk) for question in questions}:
        faults.append(Fault("", _("The questions have changed meanwhile. Please look at them again.")))
    for question in questions:
        given = answers.get(str(question.pk), {})
        problems = list(_problems(question, given))
        faults += problems
        answer = {} if problems else _tidy(given)
        if answer:
            kept[str(question.pk)] = answer
    if not kept and not faults:
        faults.append(Fault("", _("Answer at least one question.")))
    if faults:
        raise RecordRefused(faults)
    return kept


def _problems(question: Question, given: Mapping[str, Any]) -> Iterator[Fault]:
    field = f"q{question.pk}"
    chosen, score, text = given.get("choices", []), given.get("score"), given.get("text", "")
    known = {choice.pk for choice in question.choices.all()}
    if set(chosen) - known or len(set(chosen)) != len(chosen) or (chosen and question.kind not in _WITH_CHOICES):
        yield Fault(field, _("Choose from what is offered."))
    if score is not None and (question.kind != QuestionKind.SCALE or score not in SCORES):
        yield Fault(field, _("Choose a number from 1 to 5."))
    if question.kind == QuestionKind.SINGLE and len(chosen) + bool(text) > 1:
        yield Fault(field, _("Only one answer is possible: choose one, or write your own."))
    if text and not (question.other or question.kind == QuestionKind.OPEN):
        yield Fault(field, _("Choose from what is offered."))
    try:
        clean_text(text, max_length=LONGEST_TEXT if question.kind == QuestionKind.OPEN else LONGEST_OTHER)
    except TextError as error:
        words = error.message % error.params if error.params else error.message
        yield Fault(field if question.kind == QuestionKind.OPEN else f"{field}_other", words)


def _tidy(given: Mapping[str, Any]) -> Answer:
    answer: Answer = {}
    if given.get("choices"):
        answer["choices"] = sorted(given["choices"])
    if given.get("score") is not None:
        answer["score"] = given["score"]
    if text := clean_text(given.get("text", ""), max_length=LONGEST_TEXT).strip():
        answer["text"] = text
    return answer


_WITH_CHOICES: Final = (QuestionKind.SINGLE, QuestionKind.MULTIPLE)
