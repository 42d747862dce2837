"""Building a consultation, and its state transitions."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import F
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from clicksafely.common.audit import audit_log
from clicksafely.common.exceptions import ActionRefused, EditConflict, FieldFault
from clicksafely.common.page_cache import content_version
from youthpanel.consultations.opinions import close_rounds, erase_votes, reopen_rounds
from youthpanel.consultations.phases import PhaseDraft
from youthpanel.consultations.transition_checks import missing_for_transition
from youthpanel.members.unlinkable_answers import lock_votes
from youthpanel.models import Consultation, Phase, Question, QuestionChoice
from youthpanel.states import CONSULTATION_TRANSITIONS, ConsultationState


class ChoiceText(NamedTuple):
    """A choice in both languages; English may be empty."""

    sr: str
    en: str


def has_answers(consultation: Consultation) -> bool:
    """Return whether the consultation has answers. The first answer fixes the questions and `anonymous`."""
    return consultation.sheets.exists()


def save_consultation(
    *, consultation: Consultation, changed: Sequence[str], actor: AbstractBaseUser, now: datetime
) -> None:
    """Save a consultation as its next revision. Phases, questions and choices have services for the same transaction."""
    action = f"consultation.{'changed' if consultation.pk else 'added'}"
    with transaction.atomic():
        consultation.changed_at = now
        consultation.revision += 1
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
        stored_choices = list(question.choices.order_by("order", "id"))
        for order, text in enumerate(choices):
            if order < len(stored_choices):
                QuestionChoice.objects.filter(pk=stored_choices[order].pk).update(
                    order=order, text_sr=text.sr, text_en=text.en
                )
            else:
                QuestionChoice.objects.create(question=question, order=order, text_sr=text.sr, text_en=text.en)
        for choice in stored_choices[len(choices) :]:
            choice.delete()


def delete_question(*, question: Question) -> None:
    """Delete a question with its choices. The database refuses this once the consultation has answers."""
    question.delete()


def delete_consultation(*, consultation: Consultation, actor: AbstractBaseUser, now: datetime) -> None:
    """Delete a consultation that was never opened. Raises ActionRefused."""
    with transaction.atomic():
        stored = Consultation.objects.select_for_update().get(pk=consultation.pk)
        if stored.state != ConsultationState.DRAFT:
            raise ActionRefused([FieldFault("", _("It was open, so it stays with the contributions of members."))])
        audit_log.record(action="consultation.removed", subject=stored, actor=actor, now=now)
        stored.delete()


def change_state(*, consultation: Consultation, to: ConsultationState, actor: AbstractBaseUser, now: datetime) -> None:
    """Change the state of a consultation to the next one. The outcome shows the results.

    Raises ActionRefused with the missing items, EditConflict if the state has changed.
    """
    with transaction.atomic():
        lock_votes()
        stored = Consultation.objects.select_for_update().get(pk=consultation.pk)
        if to not in CONSULTATION_TRANSITIONS[ConsultationState(stored.state)]:
            raise EditConflict
        if lacking := missing_for_transition(stored, to, now):
            raise ActionRefused([FieldFault("", words) for words in lacking])
        if to == ConsultationState.CLOSED:
            close_rounds(stored)
        if to == ConsultationState.REPORTED:
            _mark_shown(stored, actor, now)
        moved = Consultation.objects.filter(pk=stored.pk, state=stored.state).update(
            state=to, changed_at=now, revision=F("revision") + 1
        )
        if not moved:
            raise EditConflict
        # The public page counts opened consultations.
        content_version.bump()
        audit_log.record(action=f"consultation.{to}", subject=stored, actor=actor, now=now)


def show_results(*, consultation: Consultation, actor: AbstractBaseUser, now: datetime) -> None:
    """Show the results from now on, which makes the closing final. Idempotent. Raises EditConflict unless it is closed."""
    with transaction.atomic():
        lock_votes()
        stored = Consultation.objects.select_for_update().get(pk=consultation.pk)
        if stored.state not in (ConsultationState.CLOSED, ConsultationState.REPORTED):
            raise EditConflict
        _mark_shown(stored, actor, now)


def undo_closing(*, consultation: Consultation, actor: AbstractBaseUser, now: datetime) -> None:
    """Open a closed consultation again, as long as its results were shown to no person.

    Raises ActionRefused once they were shown, EditConflict unless it is closed.
    """
    with transaction.atomic():
        stored = Consultation.objects.select_for_update().get(pk=consultation.pk)
        if stored.results_shown_on is not None:
            words = _("The results were first shown on %(day)s, so the consultation stays closed.")
            day = date_format(stored.results_shown_on, "SHORT_DATE_FORMAT")
            raise ActionRefused([FieldFault("", words % {"day": day})])
        if stored.state != ConsultationState.CLOSED:
            raise EditConflict
        reopen_rounds(stored)
        Consultation.objects.filter(pk=stored.pk).update(
            state=ConsultationState.OPEN, changed_at=now, revision=F("revision") + 1
        )
        audit_log.record(action="consultation.closing_undone", subject=stored, actor=actor, now=now)


def _mark_shown(stored: Consultation, actor: AbstractBaseUser, now: datetime) -> None:
    """Store the first day of the results, and erase the votes behind them. `stored` and the votes are locked."""
    if stored.results_shown_on is None:
        erase_votes(stored)
        Consultation.objects.filter(pk=stored.pk).update(results_shown_on=localdate(now))
        audit_log.record(action="consultation.results_shown", subject=stored, actor=actor, now=now)
