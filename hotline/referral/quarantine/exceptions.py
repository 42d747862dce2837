"""Why something about a suspected picture is refused; every message is for the person at the desk."""

from django.utils.translation import gettext_lazy as _

from hotline.lifecycle.exceptions import CaseError


class PictureGone(CaseError):
    message = _("The police have this picture already: nothing about it can be taken back.")


class NotSuspected(CaseError):
    message = _("Nobody suspects this picture any more.")


class OwnSuspicion(CaseError):
    message = _("You have suspected it yourself: another supervisor must look into that.")


class OwnCase(CaseError):
    message = _(
        "You hold this case. Whoever may open a picture is never the one who frees it: give the case back first."
    )


class ForSupervisors(CaseError):
    message = _("Only a supervisor may do this.")


class WithdrawReasonMissing(CaseError):
    message = _("Choose why.")


class NothingToHandOver(CaseError):
    message = _("No locked picture of this case waits for the police any more.")


class HandoverPending(CaseError):
    message = _("The pictures are on their way to the police already.")
