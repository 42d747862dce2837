"""Mapping of our data to ICCAM's: answers, actions and hosting facts, and the plan of missing updates. Pure."""

import mimetypes
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from hotline.models import ActionKind, IccamAction, IccamClassification, IccamRule
from hotline.referral.iccam import rules
from hotline.referral.iccam.schemas import Content, ContentType
from hotline.states import Outcome, ReportState, Verdict

# Codes of our questions by parts of an assessment. The codes of answers are data (`Answer.iccam_id`). A version of the
# questions without one of them leaves out that part.
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
    # ICCAM covers child sexual abuse material only: everything else is "not illegal" there.
    Outcome.OUTSIDE_REMIT: IccamAction.NOT_ILLEGAL,
    Outcome.CANNOT_ASSESS: IccamAction.UNAVAILABLE,
}
# A case closed without assessment maps to the same actions for its item.
ASIDE = {
    ReportState.SPAM: Outcome.NOT_ILLEGAL,
    ReportState.OUTSIDE_REMIT: Outcome.OUTSIDE_REMIT,
    ReportState.CANNOT_ASSESS: Outcome.CANNOT_ASSESS,
}
# Age and gender if no person is shown.
_UNDETERMINED_PERSON = {"ageCategorization": 1, "genderCategorization": 1}


@dataclass(frozen=True, kw_only=True)
class DesiredState:
    """The desired state of one content item at ICCAM.

    It consists of an assessment (None: none to send), actions, and the responsible country with its host's address
    (empty: unchanged).
    """

    assessment: Mapping[str, Any] | None = None
    actions: Sequence[int] = ()
    country: str = ""
    ip: str = ""


@dataclass(frozen=True)
class SyncPlan:
    """The calls to make, in this order, and the first rule that prevents a call."""

    assess: Mapping[str, Any] | None = None
    actions: Sequence[int] = ()
    rehost: bool = False
    assign: bool = False
    blocked_by: IccamRule | None = None


def assessment(codes: Mapping[str, int | None], *, verdict: str, analyst: str) -> dict[str, Any] | None:
    """Return an assessment from {question code: ICCAM's id of its answer}; None if the content could not be assessed."""
    if verdict == Verdict.CANNOT_ASSESS:
        return None
    answers = {PARTS[code]: iccam_id for code, iccam_id in codes.items() if code in PARTS and iccam_id is not None}
    if "classification" not in answers:
        # Illegal for other reasons, or outside our remit.
        answers = {"classification": IccamClassification.NOT_ILLEGAL.value}
    return {"assessingAnalystName": analyst, **_UNDETERMINED_PERSON, **answers}


def actions(kinds: Iterable[str], *, outcome: str) -> list[int]:
    """Return the types of the recorded actions and of the outcome; the outcome comes last."""
    taken = [ACTIONS[ActionKind(kind)] for kind in kinds if kind in ACTIONS]
    final = [OUTCOMES[Outcome(outcome)]] if outcome in OUTCOMES else []
    return [int(action) for action in sorted(set(taken) - set(final))] + [int(action) for action in final]


def content_type(address: str) -> ContentType:
    """Return whether an address leads to a picture or video, or to a page, by its extension.

    The content is not requested.
    """
    kind = mimetypes.guess_type(urlsplit(address).path)[0] or ""
    return ContentType.MEDIA if kind.startswith(("image/", "video/")) else ContentType.WEBSITE


def plan_sync(current: Content, desired: DesiredState, *, country: str) -> SyncPlan:
    """Return the updates that ICCAM lacks and that the hotline of `country` may send."""
    assess, blocked_by = None, None
    if desired.assessment is not None and desired.assessment["classification"] != current.classification:
        blocked_by = rules.rule_against_assessment(current, country=country)
        assess = desired.assessment if blocked_by is None else None
    if desired.country and desired.country != country:
        if current.assigned_country == desired.country:
            return SyncPlan()
        barred = rules.rule_against_action(current, country=country)
        elsewhere = current.hosting_country != desired.country
        return SyncPlan(assess, (), barred is None and elsewhere, barred is None, barred or blocked_by)
    missing = tuple(action for action in desired.actions if action not in current.actions)
    barred = rules.rule_against_action(current, country=country) if missing else None
    return SyncPlan(assess, () if barred else missing, blocked_by=barred or blocked_by)
