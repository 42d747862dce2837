"""Refusals of actions on suspected pictures; every message is for staff."""

from django.utils.translation import gettext_lazy as _

from clicksafely.common.exceptions import ActionRefused


class PictureErased(ActionRefused):
    reason = _("The police already have this picture. Nothing about it can be changed.")


class NotSuspected(ActionRefused):
    reason = _("This picture is no longer under suspicion.")


class OwnSuspicion(ActionRefused):
    reason = _("You raised this suspicion yourself. Another supervisor must decide.")


class OwnCase(ActionRefused):
    reason = _(
        "You hold this case. A picture cannot be unlocked by a person who may open it. Give the case back first."
    )


class ForSupervisors(ActionRefused):
    reason = _("Only a supervisor may do this.")


class WithdrawReasonMissing(ActionRefused):
    field = "reason"
    reason = _("Choose a reason.")


class NothingToHandOver(ActionRefused):
    reason = _("This case has no locked pictures waiting for the police.")


class HandoverPending(ActionRefused):
    reason = _("The pictures are already being sent to the police.")
