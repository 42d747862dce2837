"""How hand-overs are worded."""

from django import template

from hotline.models import ReferralProblem

register = template.Library()


@register.filter
def referral_problem(code: str) -> str:
    """Why a hand-over did not go out, in words."""
    return str(ReferralProblem(code).label) if code in ReferralProblem.values else code
