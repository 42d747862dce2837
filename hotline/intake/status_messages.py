"""Messages on the reporter's status page, by state, outcome and actions, for adults and children.

Never disclosed: duplicates, hash matches, other reports, referrals to the police. The reporter of a duplicate sees the
outcome of its content, as with a first report. An offender may report his own address to learn whether it is known (ADR
0051).
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


class StatusMessage(NamedTuple):
    """A short heading, and a few sentences that also say what the reporter can do.

    `child_text` is the version for children. `needs_help_lines` shows the help lines with it.
    """

    title: str | Promise
    text: str | Promise
    child_text: str | Promise = ""
    needs_help_lines: bool = False


WAITING = StatusMessage(
    pgettext_lazy("told", "Received"),
    _("Your report has arrived and is waiting for one of our analysts."),
    pgettext_lazy("to a child", "Your report has arrived. One of our people will read it."),
)
WORKED_ON = StatusMessage(
    pgettext_lazy("told", "Being worked on"),
    _("An analyst is working on your report. This can take a few days; if we need something, we ask here."),
    pgettext_lazy("to a child", "One of our people is working on it. This can take a few days. If we need something, we ask you here."),
)  # fmt: skip
OPEN_AGAIN = StatusMessage(
    pgettext_lazy("told", "Open again"),
    _("Your report is open again: an analyst reads what is new and answers here. This can take a few days."),
    pgettext_lazy("to a child", "Your report is open again. One of our people reads what is new and answers you here."),
)
FINISHED = StatusMessage(
    pgettext_lazy("told", "Closed"),
    _("We have checked your report and done what it called for, and it is closed. Thank you. If you notice something new, write to us here."),
    pgettext_lazy("to a child", "We have looked at what you told us and done what was needed, and your report is closed. Thank you. If something new happens, write to us here."),
)  # fmt: skip
PARTNER = StatusMessage(
    pgettext_lazy("told", "Handed to a partner hotline"),
    _("The content is kept in another country. We handed it to the hotline there, which will have it removed."),
    pgettext_lazy("to a child", "It is kept in another country. We asked the people there who do the same work as we do to have it removed."),
)  # fmt: skip
HOST = StatusMessage(
    pgettext_lazy("told", "Sent to the platform"),
    _("We reported the content to the platform or host that keeps it and asked for its removal."),
    pgettext_lazy("to a child", "We wrote to the app or site where it is and asked them to remove it."),
)
REMOVED = StatusMessage(
    pgettext_lazy("told", "Removed"),
    _("The content is no longer at the address you reported. Thank you: that was you, too."),
    pgettext_lazy("to a child", "It is no longer where you told us. Thank you: you helped with that."),
)
UNAVAILABLE = StatusMessage(
    pgettext_lazy("told", "No longer reachable"),
    _("When we checked, the content could not be reached. If it comes back, write to us here."),
    pgettext_lazy("to a child", "When we looked, it was not there any more. If it comes back, write to us here."),
)
MOVED = StatusMessage(
    pgettext_lazy("told", "Moved"),
    _("The content is gone from the address you reported; it moved, and we go on following it."),
    pgettext_lazy(
        "to a child", "It is gone from where you told us. It moved somewhere else, and we go on following it."
    ),
)
NOT_ILLEGAL = StatusMessage(
    pgettext_lazy("told", "Not against the law"),
    _("We looked at it carefully: it may be ugly, but it does not break the law, so we cannot have it removed. You can report it to the platform by its own rules, and if it hurts you, the lines below help."),
    pgettext_lazy("to a child", "We looked at it carefully. It may be ugly and it may hurt, but it does not break the law, so we cannot have it removed. You can report it in the app itself. Talk to an adult you trust, or call one of the numbers below: they help."),
    needs_help_lines=True,
)  # fmt: skip
OUTSIDE_REMIT = StatusMessage(
    pgettext_lazy("told", "Not in our hands"),
    _("We do not pursue this report: a hotline deals with illegal content on the internet, and this is something else, such as fraud, a stolen account or a quarrel. For fraud and threats the police are responsible, for an account the platform itself. If it weighs on you, the lines below help."),
    pgettext_lazy("to a child", "We cannot work on this: we deal with things on the internet that are against the law, and this is something else. That does not mean it does not matter. Tell an adult you trust, report it in the app itself, or call one of the numbers below."),
    needs_help_lines=True,
)  # fmt: skip
NOT_PURSUED = StatusMessage(
    pgettext_lazy("told", "Not pursued"),
    _("We closed this report without taking action: it looked to us like advertising or a test, not like a report of something on the internet. If we are wrong, write to us below and an analyst reads it again. Content that bothers you can be reported to the app or site itself; in danger, call the police."),
    pgettext_lazy("to a child", "We closed this report and did nothing about it: it looked to us like advertising or a test. If we are wrong, write to us below: one of our people reads it again. If somebody bothers you, you can report it in the app itself, tell an adult you trust, or call one of the numbers below."),
    needs_help_lines=True,
)  # fmt: skip
CANNOT_ASSESS = StatusMessage(
    pgettext_lazy("told", "Could not be checked"),
    _("We could not find or open the content. If you have its exact address, send it in a message below: we will look again. You can also report it to the app or site itself."),
    pgettext_lazy("to a child", "We could not find it. If you have the link, or the name of the profile and the app, write it to us below: we will look again. You can also report it in the app itself. If it weighs on you, call one of the numbers below."),
    needs_help_lines=True,
)  # fmt: skip


def handed_over(route: Route, country: str) -> StatusMessage:
    """Return the message for content referred to a partner hotline in `country` (ISO 3166-1, or ""), or to its host."""
    if route != Route.ICCAM:
        return HOST
    if not country:
        return PARTNER
    text = _("The content is kept abroad (%(country)s). We handed it to the hotline there, which will have it removed.")
    return PARTNER._replace(text=text % {"country": country_name(country)})


def removed_after(hours: int) -> StatusMessage:
    """Return the message for content removed `hours` after the referral, at least one hour."""
    return REMOVED._replace(title=pgettext("told", "Removed after %(hours)s h") % {"hours": max(1, hours)})


# The first matching row applies. Outcome and set of actions are compared if the row names them.
TABLE: list[tuple[frozenset[ReportState], Outcome | None, frozenset[ActionKind] | None, StatusMessage]] = [
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
    (frozenset({S.SPAM}), None, None, NOT_PURSUED),
    (frozenset({S.CLOSED, S.DUPLICATE, S.ANONYMISED}), None, None, FINISHED),
]


def status_message_for(*, state: str, outcome: str = "", kinds: Iterable[str] = ()) -> StatusMessage:
    """Return the message for a report with this state and outcome, and recorded actions of `kinds`."""
    done = frozenset(kinds)
    return next(
        phrase
        for states, wanted, actions, phrase in TABLE
        if state in states and wanted in {None, outcome} and actions in {None, done}
    )
