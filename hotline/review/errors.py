"""Why the desk refuses; every message is for the person at the desk."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class ReviewError(Exception):
    """The act was refused and nothing was written."""

    message: Promise = _("This was not possible. Nothing was changed.")


class NotHolder(ReviewError):
    message = _("You do not hold this case, or your time on it has run out. Take it again to go on.")


class CaseTaken(ReviewError):
    message = _("A colleague holds this case. To take it over, choose a reason.")


class WrongState(ReviewError):
    message = _("The case has moved on in the meantime; this is no longer possible. Look at its present state.")


class FourEyes(ReviewError):
    message = _("You have already assessed this item: another person must decide.")


class NeedsSupervisor(ReviewError):
    message = _("Only a supervisor may do this.")


class InvalidAnswers(ReviewError):
    """`fields` is {question code: message}."""

    message = _("Something is missing in the form.")

    def __init__(self, fields: Mapping[str, Promise]) -> None:
        super().__init__(dict(fields))
        self.fields = fields
