"""Interface texts around questions: verdicts, outcomes of choices and letters."""

from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clicksafely.common.i18n.language import SERBIAN


class Verdict(StrEnum):
    """Verdict on an answer."""

    RIGHT = "right"
    PARTLY = "partly"
    WRONG = "wrong"
    OPINION = "opinion"
    UNANSWERED = "unanswered"


VERDICTS: Final[dict[Verdict, str | Promise]] = {
    Verdict.RIGHT: _("That's right!"),
    Verdict.PARTLY: _("Partly right"),
    Verdict.WRONG: _("Not this time"),
    Verdict.OPINION: _("Thank you for your opinion"),
    Verdict.UNANSWERED: _("Not answered"),
}


class ChoiceOutcome(StrEnum):
    """Outcome of one choice."""

    RIGHT = "right"
    WRONG = "wrong"
    MISSED = "missed"
    CHOSEN = "chosen"
    OPEN = "open"


OUTCOME_LABELS: Final[dict[ChoiceOutcome, str | Promise]] = {
    ChoiceOutcome.RIGHT: pgettext_lazy("answer", "right"),
    ChoiceOutcome.WRONG: pgettext_lazy("answer", "not right"),
    ChoiceOutcome.MISSED: pgettext_lazy("answer", "this was right too"),
    ChoiceOutcome.CHOSEN: pgettext_lazy("answer", "you chose this"),
    ChoiceOutcome.OPEN: pgettext_lazy("answer", "not chosen"),
}
# For questions with one right answer.
CORRECT_CHOICE_LABEL: Final = pgettext_lazy("answer", "this was right")
_CYRILLIC: Final = "АБВГДЂЕЖЗИЈКЛЉМНЊОПРСТЋУФХЦЧЏШ"
_LATIN: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def choice_letter(place: int, language: str) -> str:
    """Return the letter of a choice (`place` from 0) in the language's alphabet, a number beyond its end."""
    alphabet = _CYRILLIC if language == SERBIAN else _LATIN
    return alphabet[place] if place < len(alphabet) else str(place + 1)
