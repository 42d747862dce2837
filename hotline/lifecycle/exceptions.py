"""Exceptions of actions on a case; their messages are shown to staff."""

from django.utils.translation import gettext_lazy as _

from clicksafely.common.exceptions import ActionRefused


class WrongState(ActionRefused):
    reason = _("The case has changed in the meantime, so this is no longer possible. Check its current state.")
