"""Exceptions of case review, with messages for staff."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hotline.lifecycle.exceptions import CaseError


class NotClaimHolder(CaseError):
    message = _("You do not hold this case, or your time on it has run out. Take it again to go on.")


class CaseTaken(CaseError):
    message = _("A colleague holds this case. To take it over, choose a reason.")


class FourEyes(CaseError):
    message = _("You have already assessed this item: another person must decide.")


class ClosingsDiffer(CaseError):
    message = _("These reports are not near-identical: open and confirm each of them.")


class UndoTooLate(CaseError):
    message = _("The 10 minutes are over: this closing cannot be undone. Open the case again instead.")


class UndoOfOthers(CaseError):
    message = _("Only the person who closed the case can undo it.")


class PictureLocked(CaseError):
    message = _("This picture is locked: it is suspected abuse material. Nobody opens it any more.")


class PictureNotMatched(CaseError):
    message = _("This picture is still being compared with the hash lists. Try again in a moment.")


class NeedsSupervisor(CaseError):
    message = _("Only a supervisor may do this.")


class UnreadNews(CaseError):
    message = _("The reporter has written something that nobody has read yet. Open the dialogue first.")


class Unassessed(CaseError):
    message = _("This case has content that nobody has assessed. Assess it, or set the case aside.")


class NothingReopened(CaseError):
    message = _("This case was not opened again, or has moved on since: there is nothing to close again.")


class Anonymised(CaseError):
    message = _("This case is anonymised: nobody can read what is written to it any more.")


class TooManyNotes(CaseError):
    message = _("This case holds as many notes as it can.")


class InvalidAnswers(CaseError):
    """`fields` is {question code: message}."""

    message = _("Something is missing in the form.")

    def __init__(self, fields: Mapping[str, Promise]) -> None:
        super().__init__(dict(fields))
        self.fields = fields


class ContentNotOpened(InvalidAnswers):
    """`field` is the name of the form field that closes the case."""

    message = _(
        "This case is about sexual abuse of a child or present danger: open and read what the reporter sent before you close it."
    )

    def __init__(self, field: str) -> None:
        super().__init__({field: _("Open and read the case first.")})
