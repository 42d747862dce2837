"""What a complainant is told, by how far the complaint has come."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline.intake.status_messages import StatusMessage
from hotline.models import Complaint, ComplaintOutcome, ComplaintState

WITHIN = {
    ComplaintState.RECEIVED: StatusMessage(
        pgettext_lazy("complaint told", "Arrived"), _("Your complaint has arrived. Nobody has read it yet.")
    ),
    ComplaintState.ACKNOWLEDGED: StatusMessage(
        pgettext_lazy("complaint told", "Being examined"),
        _("A supervisor who had nothing to do with the matter has read your complaint and is looking into it."),
    ),
}
OUTCOME_MESSAGES = {
    ComplaintOutcome.UPHELD: StatusMessage(
        pgettext_lazy("complaint told", "You were right"),
        _("We made a mistake. Below you read what we do about it. We are sorry."),
    ),
    ComplaintOutcome.PARTLY: StatusMessage(
        pgettext_lazy("complaint told", "You were partly right"),
        _("Part of what you wrote is justified. Below you read which part, and what we do about it."),
    ),
    ComplaintOutcome.NOT_UPHELD: StatusMessage(
        pgettext_lazy("complaint told", "We see it differently"),
        _("We have looked into it and think that we acted rightly. Below you read why, and whom else you can turn to."),
    ),
    ComplaintOutcome.WITHDRAWN: StatusMessage(
        pgettext_lazy("complaint told", "Withdrawn"), _("You told us that you do not pursue this any further.")
    ),
}


def complaint_status(complaint: Complaint) -> StatusMessage:
    """The heading and the sentence for a complaint as it is now."""
    if complaint.state == ComplaintState.CLOSED:
        return OUTCOME_MESSAGES[ComplaintOutcome(complaint.outcome)]
    return WITHIN[ComplaintState(complaint.state)]
