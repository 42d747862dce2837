"""Pre-moderation of members' texts. Facilitators approve or reject a text; they cannot edit it."""

from datetime import datetime
from typing import Final

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from clicksafely.common.audit import audit_log
from clicksafely.common.exceptions import ActionRefused, EditConflict, FieldFault
from clicksafely.common.plain_text import TextError, clean_text
from youthpanel.consultations.exceptions import NotAllowedNow
from youthpanel.models import Consultation, Idea, Post
from youthpanel.states import CONTRIBUTION_TRANSITIONS, ConsultationState, ContributionState

MAX_REASON_LENGTH: Final = 300
MAX_POST_LENGTH: Final = 2000


def check_facilitator(consultation: Consultation, user: AbstractBaseUser) -> None:
    """Raises PermissionDenied unless `user` facilitates the consultation."""
    if not consultation.facilitators.filter(pk=user.pk).exists():
        raise PermissionDenied


def approve_contribution(*, contribution: Idea | Post, actor: AbstractBaseUser, now: datetime) -> None:
    """Make a contribution visible. Raises EditConflict if it was already decided or withdrawn, and PermissionDenied."""
    _decide(contribution, ContributionState.SHOWN, "", actor, now)


def reject_contribution(*, contribution: Idea | Post, reason: str, actor: AbstractBaseUser, now: datetime) -> None:
    """Reject a contribution; the member reads the reason.

    Raises ActionRefused without a reason, EditConflict, PermissionDenied.
    """
    try:
        words = " ".join(clean_text(reason, max_length=MAX_REASON_LENGTH).split())
    except TextError as error:
        raise ActionRefused(
            [FieldFault("reason", error.message % error.params if error.params else error.message)]
        ) from error
    if not words:
        raise ActionRefused([FieldFault("reason", _("Give a reason: the member reads it."))])
    _decide(contribution, ContributionState.REFUSED, words, actor, now)


def post_as_facilitator(
    *, consultation: Consultation, idea: Idea | None, text: str, actor: AbstractBaseUser, now: datetime
) -> Post:
    """Add a post by a facilitator, visible at once and marked as an adult's.

    Raises ActionRefused, PermissionDenied, and NotAllowedNow unless the consultation is open.
    """
    check_facilitator(consultation, actor)
    try:
        words = clean_text(text, max_length=MAX_POST_LENGTH)
    except TextError as error:
        raise ActionRefused(
            [FieldFault("text", error.message % error.params if error.params else error.message)]
        ) from error
    if not words:
        raise ActionRefused([FieldFault("text", _("Write a text."))])
    with transaction.atomic():
        if Consultation.objects.select_for_update().get(pk=consultation.pk).state != ConsultationState.OPEN:
            raise NotAllowedNow
        post = Post.objects.create(
            consultation=consultation,
            idea=idea,
            adult_id=actor.pk,
            text=words,
            state=ContributionState.SHOWN,
            written_at=now,
            read_at=now,
            read_by_id=actor.pk,
        )
        audit_log.record(action="post.posted_by_facilitator", subject=post, actor=actor, now=now)
    return post


def _decide(
    contribution: Idea | Post, to: ContributionState, reason: str, actor: AbstractBaseUser, now: datetime
) -> None:
    check_facilitator(contribution.consultation, actor)
    before = [state for state, follows in CONTRIBUTION_TRANSITIONS.items() if to in follows]
    model = type(contribution)
    with transaction.atomic():
        # Update only from the state that the facilitator saw, so that a colleague's decision is not undone.
        changed = model.objects.filter(pk=contribution.pk, state=contribution.state, state__in=before).update(
            state=to, read_at=now, read_by=actor.pk, refusal_reason=reason
        )
        if not changed:
            raise EditConflict
        audit_log.record(action=f"{model._meta.model_name}.{to}", subject=contribution, actor=actor, now=now)
