"""What members write, endorse and choose in a consultation. Others see words after a facilitator has read them; see docs/adr/0033."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from clicksafely.common import audit
from clicksafely.common.plaintext import TextError, clean_text
from youthpanel.consultations.errors import ChangedMeanwhile, NotNow
from youthpanel.consultations.phases import feature_at
from youthpanel.models import Consultation, Endorsement, Idea, Member, Post
from youthpanel.records.errors import Fault, RecordRefused
from youthpanel.states import CONTRIBUTION_FOLLOWS, ConsultationState, ContributionState, Feature

LONGEST_TEXT: Final = 2000
MOST_PRIORITIES: Final = 3
# Of one member in one consultation, waiting to be read: what facilitators can follow, and no flood.
MOST_WAITING: Final = 20
ADULTS: Final = 2
_TAKEN_BACK_FROM: Final = [
    state for state, following in CONTRIBUTION_FOLLOWS.items() if ContributionState.WITHDRAWN in following
]


def propose_idea(*, consultation: Consultation, member: Member, text: str, now: datetime) -> Idea:
    """Keep an idea, waiting to be read. Raises NotNow, and RecordRefused at `text`."""
    with _taking_part(consultation, member, Feature.COLLECT, now) as held:
        words = _checked(text, waiting=Idea.objects.filter(consultation=held, member=member))
        idea = Idea.objects.create(consultation=held, member=member, text=words, written_at=now)
        audit.record(action="idea.proposed", subject=idea, actor=None, now=now)
        return idea


def write_post(
    *, consultation: Consultation, member: Member, text: str, now: datetime, idea: UUID | None = None
) -> Post:
    """Keep what somebody says in the discussion, about an idea that is shown or in general; waiting to be read. Raises NotNow, ChangedMeanwhile, RecordRefused.

    Nobody writes where fewer than two adults look after it.
    """
    with _taking_part(consultation, member, Feature.DISCUSS, now) as held:
        if not has_adults(held):
            raise NotNow
        about = None if idea is None else _shown_idea(held, idea)
        words = _checked(text, waiting=Post.objects.filter(consultation=held, member=member))
        post = Post.objects.create(consultation=held, member=member, idea=about, text=words, written_at=now)
        audit.record(action="post.written", subject=post, actor=None, now=now)
        return post


def take_back(*, contribution: Idea | Post, member: Member, now: datetime) -> None:
    """Nobody sees it any more but its author. Possible until the consultation has reported back. Raises NotNow, ChangedMeanwhile."""
    model = type(contribution)
    with transaction.atomic():
        if contribution.consultation.state not in (ConsultationState.OPEN, ConsultationState.CLOSED):
            raise NotNow
        mine = model._default_manager.filter(pk=contribution.pk, member=member, state__in=_TAKEN_BACK_FROM)
        if not mine.update(state=ContributionState.WITHDRAWN):
            raise ChangedMeanwhile
        audit.record(action=f"{model._meta.model_name}.withdrawn", subject=contribution, actor=None, now=now)


def endorse(*, consultation: Consultation, member: Member, idea: UUID, wanted: bool, now: datetime) -> None:
    """Find an idea of others good, or not any more; done twice it is done once. Raises NotNow, ChangedMeanwhile."""
    with _taking_part(consultation, member, Feature.COLLECT, now) as held:
        found = _shown_idea(held, idea)
        if found.member_id == member.pk:
            raise ChangedMeanwhile
        if wanted:
            Endorsement.objects.get_or_create(idea=found, member=member, priority=False)
        else:
            Endorsement.objects.filter(idea=found, member=member, priority=False).delete()


def choose_priorities(*, consultation: Consultation, member: Member, ideas: Collection[UUID], now: datetime) -> None:
    """Replace what a member chose as mattering most; none is a choice too. Raises NotNow, ChangedMeanwhile, RecordRefused at `ideas`."""
    with _taking_part(consultation, member, Feature.PRIORITISE, now) as held:
        if len(set(ideas)) > MOST_PRIORITIES:
            raise RecordRefused([Fault("ideas", _("Choose three at most."))])
        chosen = [_shown_idea(held, idea) for idea in set(ideas)]
        Endorsement.objects.filter(idea__consultation=held, member=member, priority=True).delete()
        Endorsement.objects.bulk_create(Endorsement(idea=idea, member=member, priority=True) for idea in chosen)


def has_adults(consultation: Consultation) -> bool:
    """Whether two adults look after it now."""
    return consultation.facilitators.filter(is_active=True).count() >= ADULTS


@contextmanager
def _taking_part(consultation: Consultation, member: Member, feature: Feature, now: datetime) -> Iterator[Consultation]:
    """A transaction in which a consultation stays as it is: open, in the phase for this, and one of the member's cohort. Raises NotNow."""
    with transaction.atomic():
        held = Consultation.objects.select_for_update(no_key=True).get(pk=consultation.pk)
        if feature_at(held, now) != feature or not held.cohorts.filter(pk=member.cohort_id).exists():
            raise NotNow
        yield held


def _shown_idea(consultation: Consultation, idea: UUID) -> Idea:
    found = Idea.objects.filter(consultation=consultation, uuid=idea, state=ContributionState.SHOWN).first()
    if found is None:
        raise ChangedMeanwhile
    return found


def _checked(text: str, *, waiting: "models.QuerySet[Idea] | models.QuerySet[Post]") -> str:
    try:
        words = clean_text(text, max_length=LONGEST_TEXT)
    except TextError as error:
        raise RecordRefused([Fault("text", error.message % error.params if error.params else error.message)]) from error
    if not words:
        raise RecordRefused([Fault("text", _("Write something first."))])
    if waiting.filter(state=ContributionState.WAITING).count() >= MOST_WAITING:
        words_of_refusal = _("Many of your texts are waiting to be read already. Wait until the adults have read some.")
        raise RecordRefused([Fault("text", words_of_refusal)])
    return words
