"""Bulk entry from an offline session: paper sheets with answers and votes, and ideas with counted hands."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from clicksafely.common.audit import audit_log
from clicksafely.common.plain_text import TextError, clean_text
from youthpanel.consultations.exceptions import NotAllowedNow
from youthpanel.consultations.moderation import check_facilitator
from youthpanel.consultations.opinions import save_votes
from youthpanel.consultations.services import Answers, save_answer_sheet
from youthpanel.members.unlinkable_answers import lock_answer_sheets, lock_votes
from youthpanel.models import Consultation, Idea
from youthpanel.states import ConsultationState, ContributionState

MAX_VOTES: Final = 500
MAX_LINES: Final = 100
MAX_IDEA_LENGTH: Final = 2000


def save_paper_sheet(
    *, consultation: Consultation, answers: Answers, votes: Mapping[int, int], actor: AbstractBaseUser, now: datetime
) -> None:
    """Save the answers and the votes of a sheet of paper, both or none. They are stored without a link to each other.

    Raises ActionRefused, EditConflict, NotAllowedNow and PermissionDenied.
    """
    check_facilitator(consultation, actor)
    with transaction.atomic():
        # In this order, before any row is locked, as everywhere.
        lock_answer_sheets()
        lock_votes()
        if answers:
            save_answer_sheet(consultation=consultation, member=None, answers=answers, offline=True, now=now)
        if votes:
            save_votes(consultation=consultation, member=None, votes=votes, now=now)


class IdeaLine(NamedTuple):
    """An idea and the number of raised hands for it."""

    text: str
    votes: int


def parse_lines(typed: str) -> tuple[list[IdeaLine], list[str]]:
    """Return the ideas, and the errors by line. Empty lines are skipped. The number follows the last semicolon."""
    lines: list[IdeaLine] = []
    faults: list[str] = []
    for number, raw in enumerate(typed.splitlines(), 1):
        text, _semicolon, votes = raw.rpartition(";") if ";" in raw else (raw, "", "0")
        if not raw.strip():
            continue
        votes = votes.strip() or "0"
        try:
            words = clean_text(text, max_length=MAX_IDEA_LENGTH)
        except TextError as error:
            faults.append(_in_line(number, error.message % error.params if error.params else error.message))
            continue
        if not words:
            faults.append(_in_line(number, _("There is no idea before the number.")))
        elif not (votes.isascii() and votes.isdecimal() and int(votes) <= MAX_VOTES):
            message = _("Write a number up to %(most)d after the semicolon, not “%(text)s”.")
            faults.append(_in_line(number, message % {"most": MAX_VOTES, "text": votes[:20]}))
        else:
            lines.append(IdeaLine(words, int(votes)))
    if len(lines) > MAX_LINES:
        faults.append(_("At most %(most)d ideas at a time.") % {"most": MAX_LINES})
    if not lines and not faults:
        faults.append(_("Write at least one idea."))
    return lines, faults


def save_meeting_ideas(
    *, consultation: Consultation, lines: Sequence[IdeaLine], actor: AbstractBaseUser, now: datetime
) -> None:
    """Save the ideas of an offline session without a member.

    They are visible at once, because a facilitator enters them.

    Raises NotAllowedNow unless the consultation is open, and PermissionDenied.
    """
    check_facilitator(consultation, actor)
    with transaction.atomic():
        if Consultation.objects.select_for_update().get(pk=consultation.pk).state != ConsultationState.OPEN:
            raise NotAllowedNow
        Idea.objects.bulk_create(
            Idea(
                consultation=consultation,
                text=line.text,
                counted=line.votes,
                state=ContributionState.SHOWN,
                written_at=now,
                read_at=now,
                read_by_id=actor.pk,
            )
            for line in lines
        )
        audit_log.record(
            action="consultation.ideas_entered", subject=consultation, actor=actor, now=now, data={"ideas": len(lines)}
        )


def _in_line(number: int, words: str) -> str:
    return _("Line %(n)d: %(what)s") % {"n": number, "what": words}
