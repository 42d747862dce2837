"""Status messages for complainants, by state and outcome."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline.intake.status_messages import StatusMessage
from hotline.models import Complaint, ComplaintOutcome, ComplaintState

WITHIN = {
    ComplaintState.RECEIVED: StatusMessage(
        pgettext_lazy("complaint status", "Received"), _("We have received your complaint. It has not been read yet.")
    ),
    ComplaintState.ACKNOWLEDGED: StatusMessage(
        pgettext_lazy("complaint status", "Being examined"),
        _("A supervisor who was not involved has read your complaint and is examining it."),
    ),
}
OUTCOME_MESSAGES = {
    ComplaintOutcome.UPHELD: StatusMessage(
        pgettext_lazy("complaint status", "You were right"),
        _("We made a mistake and we are sorry. Below you can read what we are doing about it."),
    ),
    ComplaintOutcome.PARTLY: StatusMessage(
        pgettext_lazy("complaint status", "You were partly right"),
        _("Part of your complaint is justified. Below you can read which part, and what we are doing about it."),
    ),
    ComplaintOutcome.NOT_UPHELD: StatusMessage(
        pgettext_lazy("complaint status", "We see it differently"),
        _(
            "We have examined your complaint and believe that we acted correctly. Below you can read why, and "
            "where else you can turn."
        ),
    ),
    ComplaintOutcome.WITHDRAWN: StatusMessage(
        pgettext_lazy("complaint status", "Withdrawn"), _("You have withdrawn your complaint.")
    ),
}


def complaint_status(complaint: Complaint) -> StatusMessage:
    """Return the heading and sentence for the complaint's current state."""
    if complaint.state == ComplaintState.CLOSED:
        return OUTCOME_MESSAGES[ComplaintOutcome(complaint.outcome)]
    return WITHIN[ComplaintState(complaint.state)]
