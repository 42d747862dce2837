"""Bulk entry of ideas from an offline session: one idea per line, with the number of raised hands."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from clicksafely.common.audit import audit_log
from clicksafely.common.plain_text import TextError, clean_text
from youthpanel.consultations.exceptions import NotAllowedNow
from youthpanel.consultations.moderation import check_facilitator
from youthpanel.models import Consultation, Idea
from youthpanel.states import ConsultationState, ContributionState

MOST_HANDS: Final = 500
MOST_LINES: Final = 100
LONGEST_IDEA: Final = 2000


class IdeaLine(NamedTuple):
    """An idea and the number of hands raised for it."""

    text: str
    hands: int


def parse_lines(typed: str) -> tuple[list[IdeaLine], list[str]]:
    """The ideas, and the errors by line. Empty lines are skipped. The number follows the last semicolon."""
    lines: list[IdeaLine] = []
    faults: list[str] = []
    for number, raw in enumerate(typed.splitlines(), 1):
        text, _semicolon, hands = raw.rpartition(";") if ";" in raw else (raw, "", "0")
        if not raw.strip():
            continue
        hands = hands.strip() or "0"
        try:
            words = clean_text(text, max_length=LONGEST_IDEA)
        except TextError as error:
            faults.append(_in_line(number, error.message % error.params if error.params else error.message))
            continue
        if not words:
            faults.append(_in_line(number, _("There is no idea before the number.")))
        elif not (hands.isascii() and hands.isdecimal() and int(hands) <= MOST_HANDS):
            said = _("After the semicolon there is a number up to %(most)d, not “%(text)s”.")
            faults.append(_in_line(number, said % {"most": MOST_HANDS, "text": hands[:20]}))
        else:
            lines.append(IdeaLine(words, int(hands)))
    if len(lines) > MOST_LINES:
        faults.append(_("At most %(most)d ideas at a time.") % {"most": MOST_LINES})
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
                counted=line.hands,
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
