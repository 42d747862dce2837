"""Labels of referral problems."""

from clicksafely.common.queue.outgoing import QueueError
from hotline.models import ReferralProblem


def referral_problem(code: str) -> str:
    """Return the label of a failed referral's problem code, or of an interrupted attempt."""
    choices = next((each for each in (ReferralProblem, QueueError) if code in each.values), None)
    return str(choices(code).label) if choices else code
