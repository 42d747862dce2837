"""ICCAM's four rules for assessments and actions. Pure functions, checked before every call."""

from hotline.models import IccamClassification, IccamRule
from hotline.referral.iccam.schemas import Content


def rule_against_assessment(content: Content, *, country: str) -> IccamRule | None:
    """Return the rule that forbids an assessment by the hotline of `country`; None if it is allowed.

    Baseline cannot be reassessed. Only National may be overruled, and only by the hosting country's hotline. No
    assessment is possible once actions exist.
    """
    if content.assigned_country != country:
        return IccamRule.NOT_OURS
    if content.actions:
        return IccamRule.ACTIONS_EXIST
    if content.classification == IccamClassification.BASELINE:
        return IccamRule.BASELINE_FINAL
    if content.classification is None:
        return None
    overruled = content.classification == IccamClassification.NATIONAL and content.hosting_country == country
    return None if overruled else IccamRule.ONLY_NATIONAL


def rule_against_action(content: Content, *, country: str) -> IccamRule | None:
    """Return the rule that forbids an action, a new host or an assignment by the hotline of `country`.

    A hotline acts only on content assigned to its own country. Returns None if it is allowed.
    """
    return None if content.assigned_country == country else IccamRule.NOT_OURS
