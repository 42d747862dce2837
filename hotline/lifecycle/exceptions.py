"""Why an act at a case is refused; every message is for the person at the desk."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class CaseError(Exception):
    """The act was refused and nothing was written."""

    message: Promise = _("This was not possible. Nothing was changed.")


class WrongState(CaseError):
    message = _("The case has moved on in the meantime; this is no longer possible. Look at its present state.")
