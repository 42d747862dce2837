"""What a reporter is told: one table from state, outcome and actions to plain words.

Never told: that it was a duplicate, a hash match, other reports, spam, a referral to the police. Such cases end with the same neutral
sentence as others, because an offender may report his own address to learn what is known. Hand-overs to others: see `intake.handed`.
"""

from collections.abc import Iterable
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from hotline.models import ActionKind, Route
from hotline.states import Outcome, ReportState
from hotline.templatetags.hosting import country_name

S, O, A = ReportState, Outcome, ActionKind  # noqa: E741


class Phrase(NamedTuple):
    """A short heading, and one or two sentences that also say what the reporter can do."""

    title: str | Promise
    text: str | Promise


WAITING = Phrase(
    pgettext_lazy("told", "Received"), _("Your report has arrived and is waiting for one of our analysts.")
)
WORKED_ON = Phrase(
    pgettext_lazy("told", "Being worked on"),
    _("An analyst is working on your report. This can take a few days; if we need something, we ask here."),
)
OPEN_AGAIN = Phrase(
    pgettext_lazy("told", "Open again"),
    _("Your report is open again: an analyst reads what is new and answers here. This can take a few days."),
)
STEPS_TAKEN = Phrase(
    pgettext_lazy("told", "Closed"), _("The needed steps have been taken and your report is closed. Thank you.")
)
PARTNER = Phrase(
    pgettext_lazy("told", "Handed to a partner hotline"),
    _("The content is kept in another country. We handed it to the hotline there, which will have it removed."),
)
HOST = Phrase(
    pgettext_lazy("told", "Sent to the platform"),
    _("We reported the content to the platform or host that keeps it and asked for its removal."),
)
REMOVED = Phrase(
    pgettext_lazy("told", "Removed"),
    _("The content is no longer at the address you reported. Thank you: that was you, too."),
)
UNAVAILABLE = Phrase(
    pgettext_lazy("told", "No longer reachable"),
    _("When we checked, the content could not be reached. If it comes back, write to us here."),
)
MOVED = Phrase(
    pgettext_lazy("told", "Moved"),
    _("The content is gone from the address you reported; it moved, and we go on following it."),
)
NOT_ILLEGAL = Phrase(
    pgettext_lazy("told", "Not against the law"),
    _("We looked at it carefully: it may be ugly, but it does not break the law, so we cannot have it removed. You can report it to the platform by its own rules, and if it hurts you, the lines below help."),
)  # fmt: skip
OUTSIDE_REMIT = Phrase(
    pgettext_lazy("told", "Not in our hands"),
    _("This is outside what a hotline may deal with. If it harms you, the police and the lines below can help."),
)
CANNOT_ASSESS = Phrase(
    pgettext_lazy("told", "Could not be checked"),
    _(
        "We could not find or open the content. If you have its exact address, send it in a message below: we will look again."
    ),
)


def handed_over(route: Route, country: str) -> Phrase:
    """The words for content that was handed to a partner hotline in `country` (ISO 3166-1, or empty), or else to its host."""
    if route != Route.ICCAM:
        return HOST
    if not country:
        return PARTNER
    text = _("The content is kept abroad (%(country)s). We handed it to the hotline there, which will have it removed.")
    return Phrase(PARTNER.title, text % {"country": country_name(country)})


def removed_after(hours: int) -> Phrase:
    """The words for content that was gone so many hours, an hour begun at least, after it was handed over."""
    return Phrase(pgettext("told", "Removed after %(hours)s h") % {"hours": max(1, hours)}, REMOVED.text)


# The first row that fits is told: states, then the outcome and the set of actions where the row names one.
TABLE: list[tuple[frozenset[ReportState], Outcome | None, frozenset[ActionKind] | None, Phrase]] = [
    (frozenset({S.RECEIVED, S.TRIAGED}), None, None, WAITING),
    (
        frozenset({S.IN_REVIEW, S.ASSESSED, S.SECOND_REVIEW, S.ACTION_PENDING, S.REFERRED, S.MONITORING}),
        None,
        None,
        WORKED_ON,
    ),
    (frozenset({S.CLOSED}), O.REFERRED, frozenset({A.PARTNER}), PARTNER),
    (frozenset({S.CLOSED}), O.REFERRED, frozenset({A.HOST}), HOST),
    (frozenset({S.CLOSED}), O.REMOVED, None, REMOVED),
    (frozenset({S.CLOSED}), O.UNAVAILABLE, None, UNAVAILABLE),
    (frozenset({S.CLOSED}), O.MOVED, None, MOVED),
    (frozenset({S.CLOSED}), O.NOT_ILLEGAL, None, NOT_ILLEGAL),
    (frozenset({S.CLOSED}), O.OUTSIDE_REMIT, None, OUTSIDE_REMIT),
    (frozenset({S.CLOSED}), O.CANNOT_ASSESS, None, CANNOT_ASSESS),
    (frozenset({S.OUTSIDE_REMIT}), None, None, OUTSIDE_REMIT),
    (frozenset({S.CANNOT_ASSESS}), None, None, CANNOT_ASSESS),
    (frozenset({S.CLOSED, S.DUPLICATE, S.SPAM, S.ANONYMISED}), None, None, STEPS_TAKEN),
]


def phrase_for(*, state: str, outcome: str = "", kinds: Iterable[str] = ()) -> Phrase:
    """The words for a report in `state` with `outcome`, about whose items actions of `kinds` were recorded."""
    done = frozenset(kinds)
    return next(
        phrase
        for states, wanted, actions, phrase in TABLE
        if state in states and wanted in {None, outcome} and actions in {None, done}
    )
