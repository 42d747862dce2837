"""What the portal itself says around questions: what to do, what is missing, how it went."""

from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from awareness.quizzes.enums import Kind
from clicksafely.common.i18n.language import SERBIAN

INSTRUCTIONS: Final[dict[Kind, str | Promise]] = {
    Kind.SINGLE: _("Choose one answer."),
    Kind.MULTIPLE: _("Choose everything that is right. There may be more than one."),
    Kind.TRUE_FALSE: _("True or not?"),
    Kind.ORDERING: _("Put it in order: number 1 comes first."),
    Kind.MATCHING: _("Find the pair of each."),
    Kind.SORTING: _("Put each where it belongs."),
    Kind.CLUES: _("Mark each part that you are asked to find."),
    Kind.SCENARIO: _("What would you do?"),
    Kind.POLL: _("Here nothing is right or wrong. What do you think?"),
    Kind.SHORT: _("Write a word or two. Both scripts are fine, capital letters do not matter."),
    Kind.NUMERIC: _("Write a number."),
}
# How it is done where it could also be dragged.
WITHOUT_SCRIPT: Final[dict[Kind, str | Promise]] = {
    Kind.ORDERING: _("Choose a number for each."),
    Kind.MATCHING: _("Choose from the list beside each."),
    Kind.SORTING: _("Choose from the list beside each."),
}
MISSING: Final[dict[Kind, str | Promise]] = {
    Kind.SINGLE: _("Choose an answer first."),
    Kind.MULTIPLE: _("Choose at least one answer first."),
    Kind.TRUE_FALSE: _("Choose true or false first."),
    Kind.ORDERING: _("Give each its own number: none twice, none left out."),
    Kind.MATCHING: _("One has no pair yet. Find a pair for each."),
    Kind.SORTING: _("One has no place yet. Put each somewhere."),
    Kind.CLUES: _("Choose at least one part first."),
    Kind.SCENARIO: _("Choose what you would do first."),
    Kind.POLL: _("Choose what you think first."),
    Kind.SHORT: _("Write your answer first."),
    Kind.NUMERIC: _("Write a number first, for example 12 or 2.5."),
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


class Part(StrEnum):
    """What became of one choice."""

    RIGHT = "right"
    WRONG = "wrong"
    MISSED = "missed"
    CHOSEN = "chosen"
    OPEN = "open"


PARTS: Final[dict[Part, str | Promise]] = {
    Part.RIGHT: pgettext_lazy("answer", "right"),
    Part.WRONG: pgettext_lazy("answer", "not right"),
    Part.MISSED: pgettext_lazy("answer", "this too was right"),
    Part.CHOSEN: pgettext_lazy("answer", "you chose this"),
    Part.OPEN: pgettext_lazy("answer", "not chosen"),
}
# Of a question with one right answer.
THE_RIGHT_ONE: Final = pgettext_lazy("answer", "this was right")
_CYRILLIC: Final = "АБВГДЂЕЖЗИЈКЛЉМНЊОПРСТЋУФХЦЧЏШ"
_LATIN: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def letter(place: int, language: str) -> str:
    """What the choice at a place (from 0) is called, in the alphabet of the language; a number where it has no more letters."""
    alphabet = _CYRILLIC if language == SERBIAN else _LATIN
    return alphabet[place] if place < len(alphabet) else str(place + 1)
