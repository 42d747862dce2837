"""States, outcomes and allowed transitions of reports and content items. Pure."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class ReportState(TextChoices):
    """States of a case, which is one report."""

    RECEIVED = "received", pgettext_lazy("report state", "received")
    TRIAGED = "triaged", pgettext_lazy("report state", "awaiting review")
    IN_REVIEW = "in_review", pgettext_lazy("report state", "in review")
    ASSESSED = "assessed", pgettext_lazy("report state", "assessed")
    SECOND_REVIEW = "second_review", pgettext_lazy("report state", "second review")
    ACTION_PENDING = "action_pending", pgettext_lazy("report state", "action pending")
    REFERRED = "referred", pgettext_lazy("report state", "being handed over")
    MONITORING = "monitoring", pgettext_lazy("report state", "being monitored")
    CLOSED = "closed", pgettext_lazy("report state", "closed")
    DUPLICATE = "duplicate", pgettext_lazy("report state", "duplicate")
    SPAM = "spam", pgettext_lazy("report state", "spam")
    OUTSIDE_REMIT = "outside_remit", pgettext_lazy("report state", "outside remit")
    CANNOT_ASSESS = "cannot_assess", pgettext_lazy("report state", "cannot be assessed")
    # A report of a partner's feed that was too large to be read one by one.
    NOT_ASSESSED = "not_assessed", pgettext_lazy("report state", "closed without assessment")
    ANONYMISED = "anonymised", pgettext_lazy("report state", "anonymised")


class ItemState(TextChoices):
    """States of a content item. After the first assessment only a second person can move it."""

    UNASSESSED = "unassessed", pgettext_lazy("item state", "not assessed")
    IN_SECOND_REVIEW = "in_second_review", pgettext_lazy("item state", "in second review")
    DISPUTED = "disputed", pgettext_lazy("item state", "disputed")
    ASSESSED = "assessed", pgettext_lazy("item state", "assessed")
    ACTIONED = "actioned", pgettext_lazy("item state", "actioned")
    ENDED = "ended", pgettext_lazy("item state", "ended")


class Outcome(TextChoices):
    """Outcomes of an item, and of a report with closed items (see `report_outcome`)."""

    REFERRED = "referred", pgettext_lazy("outcome", "handed over")
    REMOVED = "removed", pgettext_lazy("outcome", "removed")
    UNAVAILABLE = "unavailable", pgettext_lazy("outcome", "unavailable")
    MOVED = "moved", pgettext_lazy("outcome", "moved")
    NOT_ILLEGAL = "not_illegal", pgettext_lazy("outcome", "not illegal")
    OUTSIDE_REMIT = "outside_remit", pgettext_lazy("outcome", "outside remit")
    CANNOT_ASSESS = "cannot_assess", pgettext_lazy("outcome", "cannot be assessed")


class Verdict(TextChoices):
    """Verdicts of an assessment; every answer to the leading question maps to one."""

    ILLEGAL = "illegal", pgettext_lazy("verdict", "illegal")
    NOT_ILLEGAL = "not_illegal", pgettext_lazy("verdict", "not illegal")
    OUTSIDE_REMIT = "outside_remit", pgettext_lazy("verdict", "outside remit")
    CANNOT_ASSESS = "cannot_assess", pgettext_lazy("verdict", "cannot be assessed")


class Queue(TextChoices):
    """Queues of cases by pending work."""

    REVIEW = "review", pgettext_lazy("queue", "review")
    SECOND = "second", pgettext_lazy("queue", "second review")
    ARBITRATION = "arbitration", pgettext_lazy("queue", "arbitration")
    ACTION = "action", pgettext_lazy("queue", "action")


class Round(TextChoices):
    """Rounds of assessment."""

    FIRST = "first", pgettext_lazy("round", "first")
    SECOND = "second", pgettext_lazy("round", "second")
    ARBITRATION = "arbitration", pgettext_lazy("round", "arbitration")


_R = ReportState
_I = ItemState

CLOSED_WITHOUT_ASSESSMENT = frozenset({_R.DUPLICATE, _R.SPAM, _R.OUTSIDE_REMIT, _R.CANNOT_ASSESS, _R.NOT_ASSESSED})
# Closed reports that can be opened again. An anonymised report keeps only data for statistics.
REOPENABLE = CLOSED_WITHOUT_ASSESSMENT | {_R.CLOSED}
FINAL = REOPENABLE | {_R.ANONYMISED}
# Closings that one person proposes and a second one confirms. Closed: the content was decided in other cases.
PROPOSABLE = (CLOSED_WITHOUT_ASSESSMENT - {_R.NOT_ASSESSED}) | {_R.CLOSED}
# Verdicts and outcomes without further action.
NO_ACTION = frozenset({Outcome.NOT_ILLEGAL, Outcome.OUTSIDE_REMIT, Outcome.CANNOT_ASSESS})

_DECIDED = frozenset({_R.REFERRED, _R.MONITORING, _R.CLOSED})

REPORT_TRANSITIONS: dict[ReportState, frozenset[ReportState]] = {
    # A report whose items are decided or handled in other cases skips states.
    _R.RECEIVED: frozenset({_R.TRIAGED}),
    _R.TRIAGED: frozenset({_R.IN_REVIEW, _R.ASSESSED, _R.SECOND_REVIEW, _R.ACTION_PENDING})
    | _DECIDED
    | CLOSED_WITHOUT_ASSESSMENT,
    _R.IN_REVIEW: frozenset({_R.TRIAGED, _R.ASSESSED, _R.SECOND_REVIEW, _R.ACTION_PENDING})
    | _DECIDED
    | CLOSED_WITHOUT_ASSESSMENT,
    _R.ASSESSED: frozenset({_R.SECOND_REVIEW, _R.ACTION_PENDING}) | _DECIDED,
    # A proposed closing is confirmed, or refused and returned to review.
    _R.SECOND_REVIEW: frozenset({_R.TRIAGED, _R.ACTION_PENDING}) | _DECIDED | PROPOSABLE,
    _R.ACTION_PENDING: _DECIDED,
    # Back to action: a hand-over failed, or the monitored content moved.
    _R.REFERRED: frozenset({_R.ACTION_PENDING, _R.MONITORING, _R.CLOSED}),
    _R.MONITORING: frozenset({_R.ACTION_PENDING, _R.CLOSED}),
    # A closed report is opened again after a new message, or its closing is undone.
    **dict.fromkeys(REOPENABLE, frozenset({_R.TRIAGED, _R.ANONYMISED})),
    _R.ANONYMISED: frozenset(),
}

ITEM_TRANSITIONS: dict[ItemState, frozenset[ItemState]] = {
    _I.UNASSESSED: frozenset({_I.IN_SECOND_REVIEW, _I.ENDED}),
    # Ended: two people agree on no action.
    _I.IN_SECOND_REVIEW: frozenset({_I.ASSESSED, _I.DISPUTED, _I.ENDED}),
    _I.DISPUTED: frozenset({_I.ASSESSED, _I.ENDED}),
    _I.ASSESSED: frozenset({_I.ACTIONED}),
    # Back for a new choice of recipients.
    _I.ACTIONED: frozenset({_I.ASSESSED, _I.ENDED}),
    # The content is available again, or the decision is undone.
    _I.ENDED: frozenset({_I.ASSESSED, _I.UNASSESSED, _I.ACTIONED}),
}

# The outcome of a report is the first of these among its items.
_PUBLISHED_OUTCOME_ORDER = (
    Outcome.REFERRED,
    Outcome.REMOVED,
    Outcome.UNAVAILABLE,
    Outcome.MOVED,
    Outcome.NOT_ILLEGAL,
    Outcome.OUTSIDE_REMIT,
    Outcome.CANNOT_ASSESS,
)


def report_may(old: str, new: str) -> bool:
    """Return whether a report may move from state `old` to `new`."""
    return new in REPORT_TRANSITIONS[ReportState(old)]


def item_may(old: str, new: str) -> bool:
    """Return whether a content item may move from state `old` to `new`."""
    return new in ITEM_TRANSITIONS[ItemState(old)]


def report_outcome(outcomes: set[str]) -> Outcome:
    """Return the outcome of a report from the outcomes of its items (at least one)."""
    return next(outcome for outcome in _PUBLISHED_OUTCOME_ORDER if outcome in outcomes)
