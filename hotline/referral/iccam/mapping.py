"""From our data to ICCAM's: answers, actions, hosting facts, and what ICCAM lacks of what we have decided. Pure.

The codes of answers are data (`Answer.iccam_id`); here stands only which question is which part of an assessment.
"""

import mimetypes
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from hotline.models import ActionKind, IccamAction, IccamClassification, IccamRule
from hotline.referral.iccam import rules
from hotline.referral.iccam.schemas import Content, ContentType
from hotline.states import Outcome, ReportState, Verdict

# Our questions, by code; a version of the questions that has none of these names leaves that part out.
PARTS = {
    "classification": "classification",
    "age": "ageCategorization",
    "gender": "genderCategorization",
    "virtual": "virtualContentCategorization",
    "user_generated": "userGeneratedContentCategorization",
    "child_modeling": "childModelingCategorization",
}
ACTIONS = {
    ActionKind.POLICE: IccamAction.LEA,
    ActionKind.HOST: IccamAction.ISP,
    ActionKind.REMOVED: IccamAction.REMOVED,
    ActionKind.UNAVAILABLE: IccamAction.UNAVAILABLE,
    ActionKind.MOVED: IccamAction.MOVED,
}
OUTCOMES = {
    Outcome.REMOVED: IccamAction.REMOVED,
    Outcome.UNAVAILABLE: IccamAction.UNAVAILABLE,
    Outcome.MOVED: IccamAction.MOVED,
    Outcome.NOT_ILLEGAL: IccamAction.NOT_ILLEGAL,
    # ICCAM knows child sexual abuse material only: what is something else is "not illegal" there.
    Outcome.OUTSIDE_REMIT: IccamAction.NOT_ILLEGAL,
    Outcome.CANNOT_ASSESS: IccamAction.UNAVAILABLE,
}
# A case that was set aside says the same of its item, which nobody assessed.
ASIDE = {
    ReportState.SPAM: Outcome.NOT_ILLEGAL,
    ReportState.OUTSIDE_REMIT: Outcome.OUTSIDE_REMIT,
    ReportState.CANNOT_ASSESS: Outcome.CANNOT_ASSESS,
}
# Age and gender where there is nobody to speak of.
_NOBODY = {"ageCategorization": 1, "genderCategorization": 1}


@dataclass(frozen=True, kw_only=True)
class DesiredState:
    """What ICCAM should have of one content: an assessment (None: nothing to say), actions, and the country that is to act on it with
    the address of its host (empty: it stays where it is).
    """

    assessment: Mapping[str, Any] | None = None
    actions: Sequence[int] = ()
    country: str = ""
    ip: str = ""


@dataclass(frozen=True)
class SyncPlan:
    """What to call, in this order, and the first rule that keeps something back."""

    assess: Mapping[str, Any] | None = None
    actions: Sequence[int] = ()
    rehost: bool = False
    assign: bool = False
    kept_back: IccamRule | None = None


def assessment(codes: Mapping[str, int | None], *, verdict: str, analyst: str) -> dict[str, Any] | None:
    """An assessment from {our question's code: ICCAM id of its answer}; None where we have nothing to say (it could not be assessed)."""
    if verdict == Verdict.CANNOT_ASSESS:
        return None
    known = {PARTS[code]: iccam_id for code, iccam_id in codes.items() if code in PARTS and iccam_id is not None}
    if "classification" not in known:
        # Illegal as something else, or outside our remit.
        known = {"classification": IccamClassification.NOT_ILLEGAL.value}
    return {"assessingAnalystName": analyst, **_NOBODY, **known}


def actions(kinds: Iterable[str], *, outcome: str) -> list[int]:
    """The types of the actions that were taken, and of what it has come to; the last word comes last."""
    taken = [ACTIONS[ActionKind(kind)] for kind in kinds if kind in ACTIONS]
    final = [OUTCOMES[Outcome(outcome)]] if outcome in OUTCOMES else []
    return [int(action) for action in sorted(set(taken) - set(final))] + [int(action) for action in final]


def content_type(address: str) -> ContentType:
    """Whether an address is of a picture or video, or of a page, by its ending: nobody opens it to see."""
    kind = mimetypes.guess_type(urlsplit(address).path)[0] or ""
    return ContentType.MEDIA if kind.startswith(("image/", "video/")) else ContentType.WEBSITE


def plan_sync(known: Content, wanted: DesiredState, *, country: str) -> SyncPlan:
    """What ICCAM lacks and may be told by the hotline of `country`: what it has already is not said again."""
    assess, kept_back = None, None
    if wanted.assessment is not None and wanted.assessment["classification"] != known.classification:
        kept_back = rules.rule_against_assessment(known, country=country)
        assess = wanted.assessment if kept_back is None else None
    if wanted.country and wanted.country != country:
        if known.assigned_country == wanted.country:
            return SyncPlan()
        barred = rules.rule_against_action(known, country=country)
        elsewhere = known.hosting_country != wanted.country
        return SyncPlan(assess, (), barred is None and elsewhere, barred is None, barred or kept_back)
    missing = tuple(action for action in wanted.actions if action not in known.actions)
    barred = rules.rule_against_action(known, country=country) if missing else None
    return SyncPlan(assess, () if barred else missing, kept_back=barred or kept_back)
