"""What the portal itself says around questions: what to do, what is missing, how it went."""

from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from awareness.quizzes.enums import QuestionKind
from clicksafely.common.i18n.language import SERBIAN

INSTRUCTIONS: Final[dict[QuestionKind, str | Promise]] = {
    QuestionKind.SINGLE: _("Choose one answer."),
    QuestionKind.MULTIPLE: _("Choose everything that is right. There may be more than one."),
    QuestionKind.TRUE_FALSE: _("True or not?"),
    QuestionKind.ORDERING: _("Put it in order: number 1 comes first."),
    QuestionKind.MATCHING: _("Find the pair of each."),
    QuestionKind.SORTING: _("Put each where it belongs."),
    QuestionKind.CLUES: _("Mark each part that you are asked to find."),
    QuestionKind.SCENARIO: _("What would you do?"),
    QuestionKind.POLL: _("Here nothing is right or wrong. What do you think?"),
    QuestionKind.SHORT: _("Write a word or two. Both scripts are fine, capital letters do not matter."),
    QuestionKind.NUMERIC: _("Write a number."),
}
# How it is done where it could also be dragged.
WITHOUT_SCRIPT: Final[dict[QuestionKind, str | Promise]] = {
    QuestionKind.ORDERING: _("Choose a number for each."),
    QuestionKind.MATCHING: _("Choose from the list beside each."),
    QuestionKind.SORTING: _("Choose from the list beside each."),
}
MISSING_ANSWER_TEXTS: Final[dict[QuestionKind, str | Promise]] = {
    QuestionKind.SINGLE: _("Choose an answer first."),
    QuestionKind.MULTIPLE: _("Choose at least one answer first."),
    QuestionKind.TRUE_FALSE: _("Choose true or false first."),
    QuestionKind.ORDERING: _("Give each its own number: none twice, none left out."),
    QuestionKind.MATCHING: _("One has no pair yet. Find a pair for each."),
    QuestionKind.SORTING: _("One has no place yet. Put each somewhere."),
    QuestionKind.CLUES: _("Choose at least one part first."),
    QuestionKind.SCENARIO: _("Choose what you would do first."),
    QuestionKind.POLL: _("Choose what you think first."),
    QuestionKind.SHORT: _("Write your answer first."),
    QuestionKind.NUMERIC: _("Write a number first, for example 12 or 2.5."),
}


class Verdict(StrEnum):
    """How an answer was."""

    RIGHT = "right"
    PARTLY = "partly"
    WRONG = "wrong"
    OPINION = "opinion"
    UNANSWERED = "unanswered"


VERDICTS: Final[dict[Verdict, str | Promise]] = {
    Verdict.RIGHT: _("That's right!"),
    Verdict.PARTLY: _("Partly right"),
    Verdict.WRONG: _("Not this time"),
    Verdict.OPINION: _("Thank you for telling"),
    Verdict.UNANSWERED: _("Not answered"),
}


class ChoiceOutcome(StrEnum):
    """What became of one choice."""

    RIGHT = "right"
    WRONG = "wrong"
    MISSED = "missed"
    CHOSEN = "chosen"
    OPEN = "open"


OUTCOME_LABELS: Final[dict[ChoiceOutcome, str | Promise]] = {
    ChoiceOutcome.RIGHT: pgettext_lazy("answer", "right"),
    ChoiceOutcome.WRONG: pgettext_lazy("answer", "not right"),
    ChoiceOutcome.MISSED: pgettext_lazy("answer", "this too was right"),
    ChoiceOutcome.CHOSEN: pgettext_lazy("answer", "you chose this"),
    ChoiceOutcome.OPEN: pgettext_lazy("answer", "not chosen"),
}
# Of a question with one right answer.
CORRECT_CHOICE_LABEL: Final = pgettext_lazy("answer", "this was right")
_CYRILLIC: Final = "АБВГДЂЕЖЗИЈКЛЉМНЊОПРСТЋУФХЦЧЏШ"
_LATIN: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def choice_letter(place: int, language: str) -> str:
    """What the choice at a place (from 0) is called, in the alphabet of the language; a number where it has no more letters."""
    alphabet = _CYRILLIC if language == SERBIAN else _LATIN
    return alphabet[place] if place < len(alphabet) else str(place + 1)
