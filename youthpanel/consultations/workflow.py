"""Building a consultation, and its state transitions."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from clicksafely.common.audit import audit_log
from clicksafely.common.page_cache import content_version
from youthpanel.consultations.exceptions import EditConflict
from youthpanel.consultations.phases import PhaseDraft
from youthpanel.consultations.transition_checks import missing_for_transition
from youthpanel.members.exceptions import FieldFault, RecordRefused
from youthpanel.models import Consultation, Phase, Question, QuestionChoice
from youthpanel.states import CONSULTATION_TRANSITIONS, ConsultationState


class ChoiceText(NamedTuple):
    """A choice in both languages; English may be empty."""

    sr: str
    en: str


def has_answers(consultation: Consultation) -> bool:
    """Whether the consultation has answers. The first answer fixes the questions and `anonymous`."""
    return consultation.sheets.exists()


def save_consultation(
    *, consultation: Consultation, changed: Sequence[str], actor: AbstractBaseUser, now: datetime
) -> None:
    """Save a consultation. Phases, questions and choices have their own services, called in the same transaction."""
    action = f"consultation.{'changed' if consultation.pk else 'added'}"
    with transaction.atomic():
        consultation.changed_at = now
        consultation.save()
        audit_log.record(action=action, subject=consultation, actor=actor, now=now, data={"fields": list(changed)})


def replace_phases(*, consultation: Consultation, phases: Sequence[PhaseDraft]) -> None:
    """Replace the phases of a consultation.

    All rows are deleted first, because two phases that swap would overlap in between.

    Raises IntegrityError if phases overlap.
    """
    with transaction.atomic():
        Consultation.objects.select_for_update().get(pk=consultation.pk)
        consultation.phases.all().delete()
        Phase.objects.bulk_create(Phase(consultation=consultation, **phase._asdict()) for phase in phases)


def save_question(*, question: Question, choices: Sequence[ChoiceText]) -> None:
    """Save a question with its choices in this order. A choice keeps its id as long as it keeps its position."""
    with transaction.atomic():
        question.save()
        known = list(question.choices.order_by("order", "id"))
        for order, text in enumerate(choices):
            if order < len(known):
                QuestionChoice.objects.filter(pk=known[order].pk).update(order=order, text_sr=text.sr, text_en=text.en)
            else:
                QuestionChoice.objects.create(question=question, order=order, text_sr=text.sr, text_en=text.en)
        for choice in known[len(choices) :]:
            choice.delete()


def delete_question(*, question: Question) -> None:
    """Delete a question with its choices. The database refuses this once the consultation has answers."""
    question.delete()


def delete_consultation(*, consultation: Consultation, actor: AbstractBaseUser, now: datetime) -> None:
    """Delete a consultation that was never opened. Raises RecordRefused."""
    with transaction.atomic():
        stored = Consultation.objects.select_for_update().get(pk=consultation.pk)
        if stored.state != ConsultationState.DRAFT:
            raise RecordRefused([FieldFault("", _("It was open: it stays, with what members gave to it."))])
        audit_log.record(action="consultation.removed", subject=stored, actor=actor, now=now)
        stored.delete()


def change_state(*, consultation: Consultation, to: ConsultationState, actor: AbstractBaseUser, now: datetime) -> None:
    """Change the state of a consultation.

    Raises RecordRefused with the missing items, EditConflict if the state has changed.
    """
    with transaction.atomic():
        stored = Consultation.objects.select_for_update().get(pk=consultation.pk)
        if to not in CONSULTATION_TRANSITIONS[ConsultationState(stored.state)]:
            raise EditConflict
        if lacking := missing_for_transition(stored, to, now):
            raise RecordRefused([FieldFault("", words) for words in lacking])
        moved = Consultation.objects.filter(pk=stored.pk, state=stored.state).update(state=to, changed_at=now)
        if not moved:
            raise EditConflict
        # The public page counts opened consultations.
        content_version.bump()
        audit_log.record(action=f"consultation.{to}", subject=stored, actor=actor, now=now)
