"""Quotations for print: excerpts of ideas and open answers, with themes and approval."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from clicksafely.common.audit import audit_log
from clicksafely.common.exceptions import ActionRefused, FieldFault
from clicksafely.common.plain_text import TextError, clean_text
from youthpanel.consultations.selectors import results
from youthpanel.members.selectors import has_valid_consent
from youthpanel.models import ConsentScope, Consultation, Idea, Member, Question, Quotation, Theme

MAX_QUOTATION_LENGTH: Final = 600
# Whitespace is normalised to single spaces.
_LEFT_OUT: Final = re.compile(r" ?(?:\[ ?)?(?:…|\.\.\.)(?: ?\])? ?")


def create_quotation(
    *,
    consultation: Consultation,
    source: Idea | Question,
    sr: str,
    en: str,
    themes: Iterable[Theme],
    actor: AbstractBaseUser,
    now: datetime,
) -> Quotation:
    """Save an excerpt of a published idea or of an answer to a published question. `approve_quotation` approves it.

    `sr` is the original text, with “…” for omissions. Raises ActionRefused if the source does not contain it.
    """
    words = _cleaned(sr, "sr")
    member = source.member if isinstance(source, Idea) else _whose(consultation, source, words, now)
    texts = [source.text] if isinstance(source, Idea) else _quotable_answers(consultation, source, now)
    if not _LEFT_OUT.sub("", words):
        raise ActionRefused([FieldFault("sr", _("Write the quotation."))])
    if not any(is_excerpt_of(words, text) for text in texts):
        raise ActionRefused(
            [FieldFault("sr", _("These words are not in the text. Leave words out with “…”, but do not change any."))]
        )
    with transaction.atomic():
        quotation = Quotation.objects.create(
            consultation=consultation, member=member, text_sr=words, text_en=_cleaned(en, "en")
        )
        quotation.themes.set(themes)
        # Anonymous answers have no source.
        audit_log.record(action="quotation.created", subject=quotation, actor=actor, now=now)
    return quotation


def approve_quotation(*, quotation: Quotation, actor: AbstractBaseUser, now: datetime) -> None:
    """Approve a quotation for print. A member's quotation needs a valid consent for quotations. Raises ActionRefused."""
    if quotation.member is not None and not has_valid_consent(quotation.member, ConsentScope.QUOTATION, localdate(now)):
        raise ActionRefused([FieldFault("", _("This member has no valid consent to quotations."))])
    with transaction.atomic():
        Quotation.objects.filter(pk=quotation.pk).update(approved_at=now)
        audit_log.record(action="quotation.approved", subject=quotation, actor=actor, now=now)


def delete_quotation(*, quotation: Quotation, actor: AbstractBaseUser, now: datetime) -> None:
    """Delete a quotation. Published editions keep their copy."""
    with transaction.atomic():
        audit_log.record(action="quotation.deleted", subject=quotation, actor=actor, now=now)
        quotation.delete()


def set_idea_themes(*, idea: Idea, themes: Iterable[Theme]) -> None:
    """Replace the themes of an idea with these themes of its consultation."""
    idea.themes.set(theme for theme in themes if theme.consultation_id == idea.consultation_id)


def is_excerpt_of(words: str, text: str) -> bool:
    """Return whether `text` contains the parts of `words` in order, with “…” for omissions. Whitespace is normalised."""
    place, whole = 0, " ".join(text.split())
    for part in _LEFT_OUT.split(" ".join(words.split())):
        found = whole.find(part, place)
        if found < 0:
            return False
        place = found + len(part)
    return True


def _quotable_answers(consultation: Consultation, question: Question, now: datetime) -> tuple[str, ...]:
    found = (result for result in results(consultation, now).questions if result.question == question)
    return next((result.texts for result in found), ())


def _whose(consultation: Consultation, question: Question, words: str, now: datetime) -> Member | None:
    """The author of the answer in a consultation with names, otherwise None."""
    if consultation.anonymous:
        return None
    named = consultation.sheets.select_related("member").exclude(member=None)
    found = [
        sheet.member for sheet in named if is_excerpt_of(words, sheet.answers.get(str(question.pk), {}).get("text", ""))
    ]
    return found[0] if found else None


def _cleaned(text: str, field: str) -> str:
    try:
        return " ".join(clean_text(text, max_length=MAX_QUOTATION_LENGTH).split())
    except TextError as error:
        raise ActionRefused(
            [FieldFault(field, error.message % error.params if error.params else error.message)]
        ) from error
