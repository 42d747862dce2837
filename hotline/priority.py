"""Priority reasons of cases, with their labels and weights, and the alerts that they raise. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from hotline.categories import CATEGORIES, SEXUAL_ABUSE


class PriorityReason(TextChoices):
    """Codes in `Report.priority_reasons`, apart from those of categories, which are the codes of the categories."""

    DANGER_NOW = "danger_now", pgettext_lazy("priority reason", "a child is in danger now")
    ABOUT_ME = "about_me", pgettext_lazy("priority reason", "the reporter is the victim")
    SUSPECTED = "suspected", pgettext_lazy("priority reason", "a picture is suspected child sexual abuse material")
    HASH_MATCH = "hash_match", pgettext_lazy("priority reason", "a file is on a hash list")
    OWN_PICTURE = "own_picture", pgettext_lazy("priority reason", "a picture has the hash of a reporter’s own picture")
    REPEATED = "repeated", pgettext_lazy("priority reason", "reported more than once")
    RULE = "rule", pgettext_lazy("priority reason", "priority raised by a rule")
    SERBIAN_HOST = "serbian_host", pgettext_lazy("priority reason", "Serbian address")
    REPORTER_WROTE = "reporter_wrote", pgettext_lazy("priority reason", "the reporter wrote again")
    FLOOD = "flood", pgettext_lazy("priority reason", "one of very many reports from one network")


# An urgent case has this priority at least, any other case less (see `is_urgent`).
URGENT = 100
# The reasons that a category gives: its weight and label. A report has one of them at most.
_OF_CATEGORIES = {
    category.code: (category.weight, category.reason) for category in CATEGORIES.values() if category.reason is not None
}
_WEIGHTS: dict[str, int] = {
    **{code: weight for code, (weight, _reason) in _OF_CATEGORIES.items()},
    PriorityReason.DANGER_NOW: 100,
    PriorityReason.ABOUT_ME: 28,
    PriorityReason.SUSPECTED: 22,
    PriorityReason.HASH_MATCH: 19,
    PriorityReason.OWN_PICTURE: 15,
    PriorityReason.REPEATED: 10,
    PriorityReason.RULE: 8,
    PriorityReason.SERBIAN_HOST: 6,
    PriorityReason.REPORTER_WROTE: 2,
    PriorityReason.FLOOD: 0,
}
# Weights by code of the reason, the largest first. The priority is the sum of the weights, and of URGENT for an urgent case. A child in
# danger now comes before all other urgent cases. A case reported as abuse gets no second weight for a suspected picture.
WEIGHTS: dict[str, int] = {str(code): weight for code, weight in sorted(_WEIGHTS.items(), key=lambda each: -each[1])}
REASON_LABELS: Mapping[str, str | Promise] = dict(PriorityReason.choices) | {
    code: reason for code, (_weight, reason) in _OF_CATEGORIES.items()
}
CATEGORY_REASONS: frozenset[str] = frozenset(_OF_CATEGORIES)

# The only reasons that count for a report of a flood: ticks of the reporter, and facts that a flood cannot invent.
_COUNTED_IN_FLOOD = frozenset(
    {PriorityReason.DANGER_NOW, PriorityReason.ABOUT_ME, PriorityReason.SUSPECTED, PriorityReason.HASH_MATCH}
)


def reported_reasons(category: str, *, danger_now: bool, about_me: bool) -> frozenset[str]:
    """Return the reasons that follow from what a reporter chose: the category and the two ticks."""
    ticks = {PriorityReason.DANGER_NOW.value: danger_now, PriorityReason.ABOUT_ME.value: about_me}
    return frozenset(reason for reason, is_ticked in ticks.items() if is_ticked) | CATEGORY_REASONS & {category}


def priority_of(codes: Iterable[str]) -> int:
    """Return the priority. Of a flood only `_COUNTED_IN_FLOOD` count, and whether it is urgent.

    A known picture counts once: an own picture adds nothing to a match with a hash list.
    """
    reasons = _checked_reasons(codes)
    urgent = URGENT if is_urgent(reasons) else 0
    if PriorityReason.HASH_MATCH in reasons:
        reasons.discard(PriorityReason.OWN_PICTURE)
    return urgent + sum(
        WEIGHTS[reason] for reason in (reasons & _COUNTED_IN_FLOOD if PriorityReason.FLOOD in reasons else reasons)
    )


def priority_columns(codes: Iterable[str]) -> dict[str, Any]:
    """Return the columns of a report with these reasons: the codes by descending weight, and the priority."""
    unique_codes = set(codes)
    reasons = [code for code in WEIGHTS if code in unique_codes]
    return {"priority_reasons": reasons, "priority": priority_of(reasons)}


def is_urgent(codes: Iterable[str]) -> bool:
    """Return whether a report with these reasons is urgent.

    It is urgent if a child is in danger now, or if a victim reports sexual abuse. Urgent reports, and no others, raise
    an alert. The word has this meaning for reporters, staff and people on duty.
    """
    return alert_of(codes) != ""


class AlertCode(TextChoices):
    """Kinds of alerts that reports raise, registered by `HotlineConfig`. Their reference is the ID of a report."""

    CHILD_AT_RISK = "hotline.child_at_risk", pgettext_lazy("alert", "Sexual abuse of a child who is at risk")
    THREAT = "hotline.threat", pgettext_lazy("alert", "A threat that may be carried out now")
    DANGER = "hotline.danger", pgettext_lazy("alert", "A child is in danger now")


_AT_RISK = frozenset({PriorityReason.DANGER_NOW, PriorityReason.ABOUT_ME})
_ABUSE = frozenset({PriorityReason.SUSPECTED, PriorityReason.HASH_MATCH}) | SEXUAL_ABUSE
_THREATS = frozenset(category.code for category in CATEGORIES.values() if category.is_threat)


def alert_of(codes: Iterable[str]) -> str:
    """Return the code of the alert that a report with these reasons raises, the most specific one; "" for none.

    Also in a flood: the ticks of reporters count there, and an alert is raised once for all.
    """
    reasons = _checked_reasons(codes)
    if reasons & _AT_RISK and reasons & _ABUSE:
        return AlertCode.CHILD_AT_RISK.value
    if PriorityReason.DANGER_NOW not in reasons:
        return ""
    return (AlertCode.THREAT if reasons & _THREATS else AlertCode.DANGER).value


def _checked_reasons(codes: Iterable[str]) -> set[str]:
    """Return the codes. Raises ValueError if one is no reason."""
    reasons = set(codes)
    if unknown := reasons - WEIGHTS.keys():
        raise ValueError(f"unknown reasons: {', '.join(sorted(unknown))}")
    return reasons
