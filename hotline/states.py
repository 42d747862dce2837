"""The life of a report and of a content item: states, outcomes and which transition may follow which. Pure."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class ReportState(TextChoices):
    """States of a case; a case is one report."""

    RECEIVED = "received", pgettext_lazy("report state", "received")
    TRIAGED = "triaged", pgettext_lazy("report state", "waiting for review")
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
    ANONYMISED = "anonymised", pgettext_lazy("report state", "anonymised")


class ItemState(TextChoices):
    """States of a content item. The first assessment locks it: from then on only a second person moves it."""

    UNASSESSED = "unassessed", pgettext_lazy("item state", "not assessed")
    IN_SECOND_REVIEW = "in_second_review", pgettext_lazy("item state", "in second review")
    DISPUTED = "disputed", pgettext_lazy("item state", "disputed")
    ASSESSED = "assessed", pgettext_lazy("item state", "assessed")
    ACTIONED = "actioned", pgettext_lazy("item state", "actioned")
    ENDED = "ended", pgettext_lazy("item state", "ended")


class Outcome(TextChoices):
    """What became of an item, and of a report when all its items have ended (see `report_outcome`)."""

    REFERRED = "referred", pgettext_lazy("outcome", "handed over")
    REMOVED = "removed", pgettext_lazy("outcome", "removed")
    UNAVAILABLE = "unavailable", pgettext_lazy("outcome", "unavailable")
    MOVED = "moved", pgettext_lazy("outcome", "moved")
    NOT_ILLEGAL = "not_illegal", pgettext_lazy("outcome", "not illegal")
    OUTSIDE_REMIT = "outside_remit", pgettext_lazy("outcome", "outside remit")
    CANNOT_ASSESS = "cannot_assess", pgettext_lazy("outcome", "cannot be assessed")


class Verdict(TextChoices):
    """What an assessment comes to; every answer of the leading question names one."""

    ILLEGAL = "illegal", pgettext_lazy("verdict", "illegal")
    NOT_ILLEGAL = "not_illegal", pgettext_lazy("verdict", "not illegal")
    OUTSIDE_REMIT = "outside_remit", pgettext_lazy("verdict", "outside remit")
    CANNOT_ASSESS = "cannot_assess", pgettext_lazy("verdict", "cannot be assessed")


class Queue(TextChoices):
    """Which kind of work a case waits for."""

    REVIEW = "review", pgettext_lazy("queue", "review")
    SECOND = "second", pgettext_lazy("queue", "second review")
    ARBITRATION = "arbitration", pgettext_lazy("queue", "arbitration")
    ACTION = "action", pgettext_lazy("queue", "action")


class Round(TextChoices):
    """Whose assessment it is."""

    FIRST = "first", pgettext_lazy("round", "first")
    SECOND = "second", pgettext_lazy("round", "second")
    ARBITRATION = "arbitration", pgettext_lazy("round", "arbitration")


_R = ReportState
_I = ItemState

CLOSED_WITHOUT_ASSESSMENT = frozenset({_R.DUPLICATE, _R.SPAM, _R.OUTSIDE_REMIT, _R.CANNOT_ASSESS})
# What has ended and is still there to be opened again; of an anonymised report only what figures need is left.
REOPENABLE = CLOSED_WITHOUT_ASSESSMENT | {_R.CLOSED}
FINAL = REOPENABLE | {_R.ANONYMISED}
# The ends that one person proposes and a second one confirms. Closed: its content was decided in other cases.
PROPOSABLE = CLOSED_WITHOUT_ASSESSMENT | {_R.CLOSED}
# Verdicts and outcomes after which nothing is done about the content.
NO_ACTION = frozenset({Outcome.NOT_ILLEGAL, Outcome.OUTSIDE_REMIT, Outcome.CANNOT_ASSESS})

_DECIDED = frozenset({_R.REFERRED, _R.MONITORING, _R.CLOSED})

REPORT_TRANSITIONS: dict[ReportState, frozenset[ReportState]] = {
    # A report whose items are all decided or in other hands skips states that its items have behind them.
    _R.RECEIVED: frozenset({_R.TRIAGED}),
    _R.TRIAGED: frozenset({_R.IN_REVIEW, _R.ASSESSED, _R.SECOND_REVIEW, _R.ACTION_PENDING})
    | _DECIDED
    | CLOSED_WITHOUT_ASSESSMENT,
    _R.IN_REVIEW: frozenset({_R.TRIAGED, _R.ASSESSED, _R.SECOND_REVIEW, _R.ACTION_PENDING})
    | _DECIDED
    | CLOSED_WITHOUT_ASSESSMENT,
    _R.ASSESSED: frozenset({_R.SECOND_REVIEW, _R.ACTION_PENDING}) | _DECIDED,
    # A proposed closing is confirmed, or refused: back to review.
    _R.SECOND_REVIEW: frozenset({_R.TRIAGED, _R.ACTION_PENDING}) | _DECIDED | CLOSED_WITHOUT_ASSESSMENT,
    _R.ACTION_PENDING: _DECIDED,
    # Back to action: a hand-over did not get through, or what is monitored turned out to be elsewhere.
    _R.REFERRED: frozenset({_R.ACTION_PENDING, _R.MONITORING, _R.CLOSED}),
    _R.MONITORING: frozenset({_R.ACTION_PENDING, _R.CLOSED}),
    # A report that has ended is opened again where its reporter adds something, or its closing is undone.
    **dict.fromkeys(REOPENABLE, frozenset({_R.TRIAGED, _R.ANONYMISED})),
    _R.ANONYMISED: frozenset(),
}

ITEM_TRANSITIONS: dict[ItemState, frozenset[ItemState]] = {
    _I.UNASSESSED: frozenset({_I.IN_SECOND_REVIEW, _I.ENDED}),
    # Ended: two people agree that nothing is to be done.
    _I.IN_SECOND_REVIEW: frozenset({_I.ASSESSED, _I.DISPUTED, _I.ENDED}),
    _I.DISPUTED: frozenset({_I.ASSESSED, _I.ENDED}),
    _I.ASSESSED: frozenset({_I.ACTIONED}),
    # Back where it has to be decided anew whom it is handed to.
    _I.ACTIONED: frozenset({_I.ASSESSED, _I.ENDED}),
    # What was gone is there again, or the decision is undone.
    _I.ENDED: frozenset({_I.ASSESSED, _I.UNASSESSED, _I.ACTIONED}),
}

# The first of these that an item has is what its report is told to have come to.
_TELLING_ORDER = (
    Outcome.REFERRED,
    Outcome.REMOVED,
    Outcome.UNAVAILABLE,
    Outcome.MOVED,
    Outcome.NOT_ILLEGAL,
    Outcome.OUTSIDE_REMIT,
    Outcome.CANNOT_ASSESS,
)


def report_may(old: str, new: str) -> bool:
    """Whether a report in state `old` may go to `new`."""
    return new in REPORT_TRANSITIONS[ReportState(old)]


def item_may(old: str, new: str) -> bool:
    """Whether a content item in state `old` may go to `new`."""
    return new in ITEM_TRANSITIONS[ItemState(old)]


def report_outcome(outcomes: set[str]) -> Outcome:
    """The outcome of a report from those of its items (at least one)."""
    return next(outcome for outcome in _TELLING_ORDER if outcome in outcomes)
