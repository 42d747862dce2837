"""Template filter for referral problems."""

from django import template

from hotline.models import ReferralProblem

register = template.Library()


@register.filter
def referral_problem(code: str) -> str:
    """Return the label of a failed referral's problem code."""
    return str(ReferralProblem(code).label) if code in ReferralProblem.values else code
