"""ICCAM's four rules of who may say what about which content. Pure; asked before every call.

Baseline cannot be reassessed; only National may be overruled, and by the hosting country's hotline; no assessment once actions exist; act
only on content assigned to your own country.
"""

from hotline.models import IccamClassification, IccamRule
from hotline.referral.iccam.schemas import Content


def rule_against_assessment(content: Content, *, country: str) -> IccamRule | None:
    """The rule that forbids the hotline of `country` to assess it; None where it may."""
    if content.assigned_country != country:
        return IccamRule.NOT_OURS
    if content.actions:
        return IccamRule.ACTIONS_EXIST
    if content.classification == IccamClassification.BASELINE:
        return IccamRule.BASELINE_STANDS
    if content.classification is None:
        return None
    overruled = content.classification == IccamClassification.NATIONAL and content.hosting_country == country
    return None if overruled else IccamRule.ONLY_NATIONAL


def rule_against_action(content: Content, *, country: str) -> IccamRule | None:
    """The rule that forbids the hotline of `country` to record an action, a new host or another country; None where it may."""
    return None if content.assigned_country == country else IccamRule.NOT_OURS
