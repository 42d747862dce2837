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
    """A short heading, and a few sentences: what was done, why, and what the reporter can do.

    `child_text` is the version for children. `needs_help_lines` shows the help lines with it. `days_to_news`: working days after which
    the reporter should look again, 0 for an end.
    """

    title: str | Promise
    text: str | Promise
    child_text: str | Promise = ""
    needs_help_lines: bool = False
    days_to_news: int = 0


WAITING = StatusMessage(
    pgettext_lazy("report status", "Received"),
    _("Your report has arrived. One of our analysts will read it. Urgent reports come first."),
    pgettext_lazy("to a child", "Your report has arrived. A member of our team will read it. Urgent reports come first."),
    days_to_news=2,
)  # fmt: skip
WORKED_ON = StatusMessage(
    pgettext_lazy("report status", "Being worked on"),
    _("An analyst is working on your report: we check what it is about, whether it is against the law and who can remove it. This can take a few days. If we need something, we will ask here."),
    pgettext_lazy("to a child", "A member of our team is working on it: we check what happened, whether it is against the law and who can remove it. This can take a few days. If we need something, we will ask you here."),
    days_to_news=5,
)  # fmt: skip
OPEN_AGAIN = StatusMessage(
    pgettext_lazy("report status", "Open again"),
    _("Your report is open again, because you wrote to us or there is something new to check. An analyst will read the new messages and answer here. This can take a few days."),
    pgettext_lazy("to a child", "Your report is open again, because you wrote to us or there is something new to check. A member of our team will read the new messages and answer you here."),
    days_to_news=2,
)  # fmt: skip
FINISHED = StatusMessage(
    pgettext_lazy("report status", "Closed"),
    _("We have checked your report, taken the necessary action and closed it. Thank you. To protect the people concerned, we do not describe every step. If you notice something new, write to us here."),
    pgettext_lazy("to a child", "We have checked your report, done what was needed and closed it. Thank you. To protect you and others, we do not describe every step. If something new happens, write to us here."),
)  # fmt: skip
PARTNER = StatusMessage(
    pgettext_lazy("report status", "Sent to a partner hotline"),
    _("The content is hosted in another country. We sent the report to the hotline there, which will request its removal."),
    pgettext_lazy("to a child", "It is on a server in another country. We asked the team there that does the same work as us to have it removed."),
    days_to_news=5,
)  # fmt: skip
HOST = StatusMessage(
    pgettext_lazy("report status", "Sent to the platform"),
    _("We reported the content to the platform or hosting provider, because they can delete it, and asked for its removal."),
    pgettext_lazy("to a child", "We wrote to the app or site where it is, because they can delete it, and asked them to remove it."),
    days_to_news=5,
)  # fmt: skip
REMOVED = StatusMessage(
    pgettext_lazy("report status", "Removed"),
    _("The content is no longer at the address you reported, so we closed the report. Thank you: your report helped. If it appears again, write to us here."),
    pgettext_lazy("to a child", "It is no longer where you told us, so we closed your report. Thank you: you helped with that. If it appears again, write to us here."),
)  # fmt: skip
UNAVAILABLE = StatusMessage(
    pgettext_lazy("report status", "No longer available"),
    _("When we checked, the content could not be reached, so there is nothing to remove now. If it comes back, write to us here."),
    pgettext_lazy("to a child", "When we checked, it was no longer there, so there is nothing to remove now. If it comes back, write to us here."),
)  # fmt: skip
MOVED = StatusMessage(
    pgettext_lazy("report status", "Moved"),
    _("The content is no longer at the address you reported. It moved, and we are following it. If you find it somewhere else, write us the address here."),
    pgettext_lazy("to a child", "It is no longer where you told us. It moved somewhere else, and we are still following it. If you find it somewhere else, write us the link here."),
)  # fmt: skip
NOT_ILLEGAL = StatusMessage(
    pgettext_lazy("report status", "Not against the law"),
    _("We checked it carefully. It may be ugly, but it does not break the law, so we cannot request its removal. You can report it to the platform under its own rules. If you think that we are wrong, write to us below. If it hurts you, the helplines below can help."),
    pgettext_lazy("to a child", "We checked it carefully. It may be ugly and it may hurt, but it does not break the law, so we cannot have it removed. You can report it in the app itself. If you think that we are wrong, write to us below. Talk to an adult you trust, or call one of the numbers below for help."),
    needs_help_lines=True,
)  # fmt: skip
OUTSIDE_REMIT = StatusMessage(
    pgettext_lazy("report status", "Outside our remit"),
    _("We cannot act on this report. We deal with illegal content on the internet, and this is something else, such as fraud, a stolen account or a quarrel. Contact the police about fraud and threats, and the platform about an account. If it weighs on you, the helplines below can help."),
    pgettext_lazy("to a child", "We cannot work on this. We deal with things on the internet that are against the law, and this is something else. It still matters. Tell an adult you trust, report it in the app itself, or call one of the numbers below."),
    needs_help_lines=True,
)  # fmt: skip
NOT_PURSUED = StatusMessage(
    pgettext_lazy("report status", "Not pursued"),
    _("We closed this report without action because it looked like advertising or a test. If we are wrong, write to us below and an analyst will read it again. You can also report content to the app or site itself. If anyone is in danger, call the police."),
    pgettext_lazy("to a child", "We closed this report without action because it looked like advertising or a test. If we are wrong, write to us below and a member of our team will read it again. If someone bothers you, you can report it in the app itself, tell an adult you trust, or call one of the numbers below."),
    needs_help_lines=True,
)  # fmt: skip
CANNOT_ASSESS = StatusMessage(
    pgettext_lazy("report status", "Could not be checked"),
    _("We could not find or open the content. If you have its exact address, send it in a message below and we will check again. You can also report it to the app or site itself."),
    pgettext_lazy("to a child", "We could not find it. If you have the link, or the name of the profile and the app, write it to us below and we will check again. You can also report it in the app itself. If it weighs on you, call one of the numbers below."),
    needs_help_lines=True,
)  # fmt: skip
NOT_ASSESSED = StatusMessage(
    pgettext_lazy("report status", "Closed without assessment"),
    _("We closed this report without assessment, because it came with so many others that our analysts cannot read each of them. This is no decision about the content. If it must be checked, write to us below and an analyst will read it."),
    pgettext_lazy("to a child", "We closed this report without checking it, because it came with very many others and we cannot read each of them. If it is still there, write to us below and a member of our team will read it. If someone bothers you, tell an adult you trust, or call one of the numbers below."),
    needs_help_lines=True,
)  # fmt: skip


def handed_over(route: Route, country: str) -> StatusMessage:
    """Return the message for content referred to a partner hotline in `country` (ISO 3166-1, or ""), or to its host."""
    if route != Route.ICCAM:
        return HOST
    if not country:
        return PARTNER
    text = _(
        "The content is hosted abroad (%(country)s). We sent the report to the hotline there, which will "
        "request its removal."
    )
    return PARTNER._replace(text=text % {"country": country_name(country)})


def removed_after(hours: int) -> StatusMessage:
    """Return the message for content removed `hours` after the referral, at least one hour."""
    return REMOVED._replace(title=pgettext("report status", "Removed after %(hours)s h") % {"hours": max(1, hours)})


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
    (frozenset({S.NOT_ASSESSED}), None, None, NOT_ASSESSED),
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
