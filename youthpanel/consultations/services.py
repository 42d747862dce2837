"""Answers, ideas, posts and priorities of members. Anonymous answers have no link to a member (docs/adr/0030)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final, NotRequired, TypedDict
from uuid import UUID, uuid4

from django.db import models, transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clicksafely.common.audit import audit_log
from clicksafely.common.exceptions import ActionRefused, EditConflict, FieldFault
from clicksafely.common.plain_text import TextError, clean_text
from youthpanel.consultations.exceptions import AlreadyAnswered, NotAllowedNow
from youthpanel.consultations.phases import activity_at, answer_date
from youthpanel.members.unlinkable_answers import lock_answer_sheets, rewrite_shuffled
from youthpanel.models import (
    AnswerSheet,
    Consultation,
    Endorsement,
    Idea,
    Member,
    Participation,
    Post,
    Question,
    QuestionKind,
)
from youthpanel.states import CONTRIBUTION_TRANSITIONS, ConsultationState, ContributionState, PhaseActivity

MAX_ANSWER_LENGTH: Final = 2000
MAX_OTHER_LENGTH: Final = 200
SCORES: Final = range(1, 6)


class Answer(TypedDict):
    """The answer to one question: ids of choices, a score from 1 to 5, or a text. `text` may accompany choices."""

    choices: NotRequired[list[int]]
    score: NotRequired[int]
    text: NotRequired[str]


# Keyed by the id of the question as a string, as in JSON.
Answers = Mapping[str, Answer]


def questions_of(consultation: Consultation) -> list[Question]:
    """Return the questions in order, with their choices; two queries."""
    return list(consultation.questions.prefetch_related("choices"))


def has_answered(consultation: Consultation, member: Member) -> bool:
    return Participation.objects.filter(consultation=consultation, member=member).exists()


def save_answer_sheet(
    *, consultation: Consultation, member: Member | None, answers: Answers, offline: bool, now: datetime
) -> None:
    """Save the answers of a member, or of a paper sheet (`offline`, without a member).

    Returns None, because no caller may learn which sheet was written. Answers are neither audited nor logged, in both
    kinds of consultation. A row with a time would reveal who answered when. Some questions may be left out, but not
    all.
    Raises ActionRefused with faults at the fields `q<id>` (see `forms`), AlreadyAnswered and NotAllowedNow. Online
    answers need an answering phase and a member of an invited cohort. Paper answers need an open consultation.
    """
    if offline != (member is None):
        raise ValueError("give either a member or offline=True")
    with transaction.atomic():
        lock_answer_sheets()
        consultation = Consultation.objects.select_for_update().get(pk=consultation.pk)
        _check_may_answer(consultation, member, now)
        valid_answers = validate_answers(questions_of(consultation), answers)
        if member is not None and has_answered(consultation, member):
            raise AlreadyAnswered
        if consultation.anonymous:
            _save_unlinkable(consultation, member, valid_answers)
        else:
            day = localdate(now)
            if member is not None:
                Participation.objects.create(consultation=consultation, member=member, day=day)
            AnswerSheet.objects.create(
                consultation=consultation, member=member, answers=valid_answers, offline=offline, day=day
            )


def _check_may_answer(consultation: Consultation, member: Member | None, now: datetime) -> None:
    if member is None:
        # An open consultation with questions has an answering phase; see `workflow`.
        if consultation.state != ConsultationState.OPEN or answer_date(consultation.phases.all()) is None:
            raise NotAllowedNow
    elif (
        activity_at(consultation, now) != PhaseActivity.ANSWER
        or not consultation.cohorts.filter(pk=member.cohort_id).exists()
    ):
        raise NotAllowedNow


def _save_unlinkable(consultation: Consultation, member: Member | None, answers: dict[str, Answer]) -> None:
    """Rewrite both tables completely on each call, even if one of them gets no new row.

    `offline` is not stored. Among twenty paper sheets, a single online sheet could be attributed to its author.
    """
    day = answer_date(consultation.phases.all())
    shared_columns = {"consultation_id": consultation.pk, "day": day}
    who = None if member is None else {"id": uuid4(), "member_id": member.pk, **shared_columns}
    rewrite_shuffled(Participation, consultation_id=consultation.pk, added=who, day=day)
    sheet = {"id": uuid4(), "offline": False, "answers": answers, "member_id": None, **shared_columns}
    rewrite_shuffled(AnswerSheet, consultation_id=consultation.pk, added=sheet, day=day)


def validate_answers(questions: Sequence[Question], answers: Mapping[str, Any]) -> dict[str, Answer]:
    """Return the answers as stored: cleaned, in the order of the questions, without empty ones. Raises ActionRefused."""
    faults: list[FieldFault] = []
    valid_answers: dict[str, Answer] = {}
    if set(answers) - {str(question.pk) for question in questions}:
        faults.append(FieldFault("", _("The questions have changed in the meantime. Please look at them again.")))
    for question in questions:
        raw_answer = answers.get(str(question.pk), {})
        problems = list(_problems(question, raw_answer))
        faults += problems
        answer = {} if problems else _tidy(raw_answer)
        if answer:
            valid_answers[str(question.pk)] = answer
    if not valid_answers and not faults:
        faults.append(FieldFault("", _("Answer at least one question.")))
    if faults:
        raise ActionRefused(faults)
    return valid_answers


def _problems(question: Question, raw_answer: Mapping[str, Any]) -> Iterator[FieldFault]:
    field = f"q{question.pk}"
    chosen, score, text = raw_answer.get("choices", []), raw_answer.get("score"), raw_answer.get("text", "")
    choice_ids = {choice.pk for choice in question.choices.all()}
    if set(chosen) - choice_ids or len(set(chosen)) != len(chosen) or (chosen and question.kind not in _WITH_CHOICES):
        yield FieldFault(field, _("Choose one of the options."))
    if score is not None and (question.kind != QuestionKind.SCALE or score not in SCORES):
        yield FieldFault(field, _("Choose a number from 1 to 5."))
    if question.kind == QuestionKind.SINGLE and len(chosen) + bool(text) > 1:
        yield FieldFault(field, _("You can give only one answer: choose one, or write your own."))
    if text and not (question.other or question.kind == QuestionKind.OPEN):
        yield FieldFault(field, _("Choose one of the options."))
    try:
        clean_text(text, max_length=MAX_ANSWER_LENGTH if question.kind == QuestionKind.OPEN else MAX_OTHER_LENGTH)
    except TextError as error:
        words = error.message % error.params if error.params else error.message
        yield FieldFault(field if question.kind == QuestionKind.OPEN else f"{field}_other", words)


def _tidy(raw_answer: Mapping[str, Any]) -> Answer:
    answer: Answer = {}
    if raw_answer.get("choices"):
        answer["choices"] = sorted(raw_answer["choices"])
    if raw_answer.get("score") is not None:
        answer["score"] = raw_answer["score"]
    if text := clean_text(raw_answer.get("text", ""), max_length=MAX_ANSWER_LENGTH).strip():
        answer["text"] = text
    return answer


_WITH_CHOICES: Final = (QuestionKind.SINGLE, QuestionKind.MULTIPLE)


MAX_CONTRIBUTION_LENGTH: Final = 2000
MAX_PRIORITIES: Final = 3
# Unmoderated contributions per member and consultation: a limit against flooding the facilitators.
MAX_UNMODERATED: Final = 20
MIN_FACILITATORS: Final = 2
_TAKEN_BACK_FROM: Final = [
    state for state, following in CONTRIBUTION_TRANSITIONS.items() if ContributionState.WITHDRAWN in following
]


def propose_idea(*, consultation: Consultation, member: Member, text: str, now: datetime) -> Idea:
    """Save an idea for moderation. Raises NotAllowedNow, and ActionRefused at `text`."""
    with _taking_part(consultation, member, PhaseActivity.COLLECT, now) as held:
        words = _checked(text, waiting=Idea.objects.filter(consultation=held, member=member))
        idea = Idea.objects.create(consultation=held, member=member, text=words, written_at=now)
        audit_log.record(action="idea.proposed", subject=idea, actor=None, now=now)
        return idea


def write_post(
    *, consultation: Consultation, member: Member, text: str, now: datetime, idea: UUID | None = None
) -> Post:
    """Save a post for moderation, about a published idea or in general. The discussion needs two active facilitators.

    Raises NotAllowedNow, EditConflict and ActionRefused.
    """
    with _taking_part(consultation, member, PhaseActivity.DISCUSS, now) as held:
        if not has_enough_facilitators(held):
            raise NotAllowedNow
        about = None if idea is None else _shown_idea(held, idea)
        words = _checked(text, waiting=Post.objects.filter(consultation=held, member=member))
        post = Post.objects.create(consultation=held, member=member, idea=about, text=words, written_at=now)
        audit_log.record(action="post.written", subject=post, actor=None, now=now)
        return post


def withdraw_contribution(*, contribution: Idea | Post, member: Member, now: datetime) -> None:
    """Withdraw a contribution; only its author still sees it. Allowed until the consultation has reported back.

    Raises NotAllowedNow and EditConflict.
    """
    model = type(contribution)
    with transaction.atomic():
        if contribution.consultation.state not in (ConsultationState.OPEN, ConsultationState.CLOSED):
            raise NotAllowedNow
        mine = model._default_manager.filter(pk=contribution.pk, member=member, state__in=_TAKEN_BACK_FROM)
        if not mine.update(state=ContributionState.WITHDRAWN):
            raise EditConflict
        audit_log.record(action=f"{model._meta.model_name}.withdrawn", subject=contribution, actor=None, now=now)


def endorse(*, consultation: Consultation, member: Member, idea: UUID, is_endorsed: bool, now: datetime) -> None:
    """Set or remove an endorsement of an idea of another member. Idempotent. Raises NotAllowedNow and EditConflict."""
    with _taking_part(consultation, member, PhaseActivity.COLLECT, now) as held:
        found = _shown_idea(held, idea)
        if found.member_id == member.pk:
            raise EditConflict
        if is_endorsed:
            Endorsement.objects.get_or_create(idea=found, member=member, priority=False)
        else:
            Endorsement.objects.filter(idea=found, member=member, priority=False).delete()


def choose_priorities(*, consultation: Consultation, member: Member, ideas: Collection[UUID], now: datetime) -> None:
    """Replace the priorities of a member; an empty choice is valid.

    Raises NotAllowedNow, EditConflict, ActionRefused at `ideas`.
    """
    with _taking_part(consultation, member, PhaseActivity.PRIORITISE, now) as held:
        if len(set(ideas)) > MAX_PRIORITIES:
            raise ActionRefused([FieldFault("ideas", gettext_lazy("Choose at most three."))])
        chosen = [_shown_idea(held, idea) for idea in set(ideas)]
        Endorsement.objects.filter(idea__consultation=held, member=member, priority=True).delete()
        Endorsement.objects.bulk_create(Endorsement(idea=idea, member=member, priority=True) for idea in chosen)


def has_enough_facilitators(consultation: Consultation) -> bool:
    """Return whether the consultation has two active facilitators."""
    return consultation.facilitators.filter(is_active=True).count() >= MIN_FACILITATORS


@contextmanager
def _taking_part(
    consultation: Consultation, member: Member, feature: PhaseActivity, now: datetime
) -> Iterator[Consultation]:
    """A transaction that locks the consultation. It must be open, in this phase, and for the member's cohort.

    Raises NotAllowedNow.
    """
    with transaction.atomic():
        held = Consultation.objects.select_for_update(no_key=True).get(pk=consultation.pk)
        if activity_at(held, now) != feature or not held.cohorts.filter(pk=member.cohort_id).exists():
            raise NotAllowedNow
        yield held


def _shown_idea(consultation: Consultation, idea: UUID) -> Idea:
    found = Idea.objects.filter(consultation=consultation, uuid=idea, state=ContributionState.SHOWN).first()
    if found is None:
        raise EditConflict
    return found


def _checked(text: str, *, waiting: "models.QuerySet[Idea] | models.QuerySet[Post]") -> str:
    try:
        words = clean_text(text, max_length=MAX_CONTRIBUTION_LENGTH)
    except TextError as error:
        raise ActionRefused(
            [FieldFault("text", error.message % error.params if error.params else error.message)]
        ) from error
    if not words:
        raise ActionRefused([FieldFault("text", gettext_lazy("Write something first."))])
    if waiting.filter(state=ContributionState.WAITING).count() >= MAX_UNMODERATED:
        words_of_refusal = gettext_lazy(
            "Many of your texts have not been read yet. Wait until the adults have read some."
        )
        raise ActionRefused([FieldFault("text", words_of_refusal)])
    return words
