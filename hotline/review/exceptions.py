"""Exceptions of case review, with messages for staff."""

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clicksafely.common.exceptions import ActionRefused, FieldFault
from hotline.models import Report


class NotClaimHolder(ActionRefused):
    reason = _("You do not hold this case, or your time has expired. Take it again to continue.")


class CaseTaken(ActionRefused):
    reason = _("A colleague holds this case. To take it over, choose a reason.")


class ClaimLimitReached(ActionRefused):
    """`cases` are the cases that the user holds."""

    def __init__(self, cases: Sequence[Report]) -> None:
        self.cases = cases
        text = ngettext(
            "You hold %(n)d case, as many as one person may. Finish it or return it to the queue first.",
            "You hold %(n)d cases, as many as one person may. Finish one or return it to the queue first.",
            len(cases),
        )
        super().__init__([FieldFault("", text % {"n": len(cases)})])


class FourEyes(ActionRefused):
    reason = _("You have already assessed this item: another person must decide.")


class NotBlind(ActionRefused):
    reason = _("You have read why this was sent to the police at once. Another person must give the second opinion.")


class CaseChanged(ActionRefused):
    """`change` is the latest change, in words."""

    def __init__(self, change: str) -> None:
        text = _("This case has changed since you opened the page: %(change)s. Check it and submit again.")
        super().__init__([FieldFault("", text % {"change": change})])


class ClosingsDiffer(ActionRefused):
    reason = _("These reports are not near-identical. Open and confirm each of them separately.")


class TooManyTogether(ActionRefused):
    """More reports than one person may close at once."""

    def __init__(self, limit: int) -> None:
        text = _("Nothing was closed: choose at most %(n)s reports at a time, as many as can be undone.")
        super().__init__([FieldFault("", text % {"n": limit})])


class UndoTooLate(ActionRefused):
    reason = _("The 10 minutes are over, so this closing can no longer be undone. Open the case again instead.")


class UndoOfOthers(ActionRefused):
    reason = _("Only the person who closed the case can undo it.")


class PictureLocked(ActionRefused):
    reason = _("This picture is locked as suspected child sexual abuse material. It can no longer be opened.")


class PictureNotMatched(ActionRefused):
    reason = _("This picture is still being compared with the hash lists. Try again in a moment.")


class PictureNotReady(ActionRefused):
    reason = _("This picture is being checked, or cannot be read.")


class PictureNotShown(ActionRefused):
    reason = _("This picture cannot be shown right now. Try again in a minute.")


class NeedsSupervisor(ActionRefused):
    reason = _("Only a supervisor may do this.")


class UnreadNews(ActionRefused):
    reason = _("The reporter has sent a message that is still unread. Open the dialogue first.")


class Unassessed(ActionRefused):
    reason = _("This case has content without an assessment. Assess it or close the case without assessment.")


class NothingReopened(ActionRefused):
    reason = _("This case cannot be closed again: it was not opened again, or its state has changed.")


class Anonymised(ActionRefused):
    reason = _("This case is anonymised. New messages could not be read.")


class TooManyNotes(ActionRefused):
    reason = _("This case cannot take more notes.")


class InvalidAnswers(ActionRefused):
    """`fields` is {question code: message}."""

    reason = _("The form is incomplete.")

    def __init__(self, fields: Mapping[str, str | Promise]) -> None:
        super().__init__([FieldFault(name, message) for name, message in fields.items()])

    @property
    def message(self) -> str:
        """One reason; the faults are shown at their fields."""
        return str(self.reason)


class InvalidOriginal(ActionRefused):
    reason = _("Choose the report that this one repeats. Without one, close the case in another way.")
    field = "original"


class ContentNotOpened(ActionRefused):
    """`parts` are the parts of the case that the user has not opened, in words."""

    def __init__(self, parts: Sequence[str]) -> None:
        text = _("Nothing was recorded, because you have not opened everything. Open it first: %(parts)s.")
        super().__init__([FieldFault("", text % {"parts": ", ".join(parts)})])


class NothingToOpen(ActionRefused):
    reason = _("This content has no address. The reporter described it in words.")
