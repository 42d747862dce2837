"""Messages on the reporter's status page before the end of a report, for adults and children."""

from enum import StrEnum
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from hotline.hosting.countries import country_name
from hotline.models import Route


class Claim(StrEnum):
    """A statement of a message about a report. A message is shown only if the trail of the report proves all its claims.

    The content is that of the report, or of the report that it repeats.
    """

    TAKEN_UP = "a person has taken up the case, or another case of the content"
    REOPENED = "the report was opened again"
    CLOSED = "the report is closed"
    OPENED = "a person has opened the report, or the report that it repeats"
    UNOPENED = "no person has opened the report, nor the report that it repeats"
    EXAMINED = "a person has opened the report or assessed its content"
    ASSESSED = "a person has assessed the content"
    UNASSESSED = "the report was closed without an assessment"
    ACTED = "an action about the content is recorded"
    TO_PARTNER = "the content was sent to a partner hotline"
    TO_HOST = "the content was sent to its host or platform"
    REMOVED = "the content was found removed"
    UNAVAILABLE = "the content was found unavailable"
    MOVED = "the content was found moved"
    NOT_ILLEGAL = "the content was found not to be illegal"
    OUTSIDE_REMIT = "the content or the report was found to be outside the remit"
    CANNOT_ASSESS = "the content was not found, or could not be assessed"
    SPAM = "a person closed the report as spam"


class StatusMessage(NamedTuple):
    """A short heading, and a few sentences about the action, its reason, and the options of the reporter.

    Messages never disclose duplicates, hash matches, other reports or referrals to the police. An offender may report
    his own address to learn whether it is known (ADR 0051). The reporter of a duplicate sees the outcome of its
    content, as with a first report. `endings` has the messages of ends.

    `child_text` is the version for children. `claims` is what both state. `needs_help_lines` shows the help lines with
    it. `days_to_news`: working days until the next news, after which the reporter should check again; 0 for an end.
    """

    title: str | Promise
    text: str | Promise
    child_text: str | Promise = ""
    needs_help_lines: bool = False
    days_to_news: int = 0
    claims: frozenset[Claim] = frozenset()


WAITING = StatusMessage(
    pgettext_lazy("report status", "Received"),
    _("Your report has arrived. One of our analysts will read it. Urgent reports come first."),
    pgettext_lazy("to a child", "Your report has arrived. A member of our team will read it. Urgent reports come first."),
    days_to_news=2,
)  # fmt: skip
WORKED_ON = StatusMessage(
    pgettext_lazy("report status", "Being worked on"),
    _("We are working on what you reported: we check what it is about, whether it is against the law and "
        "who can remove it. This can take a few days. If we need something, we will ask here."),
    pgettext_lazy("to a child",
        "We are working on what you told us: we check what happened, whether it is against the law and who "
        "can remove it. This can take a few days. If we need something, we will ask you here."),
    days_to_news=5,
    claims=frozenset({Claim.TAKEN_UP}),
)  # fmt: skip
OPEN_AGAIN = StatusMessage(
    pgettext_lazy("report status", "Open again"),
    _("Your report is open again, because you wrote to us or there is something new to check. An analyst "
        "will read the new messages and answer here. This can take a few days."),
    pgettext_lazy("to a child",
        "Your report is open again, because you wrote to us or there is something new to check. A member of "
        "our team will read the new messages and answer you here."),
    days_to_news=2,
    claims=frozenset({Claim.REOPENED}),
)  # fmt: skip
PARTNER = StatusMessage(
    pgettext_lazy("report status", "Sent to a partner hotline"),
    _("The content is hosted in another country. We reported it to the hotline there, which can request its removal."),
    pgettext_lazy("to a child",
        "It is on a server in another country. We asked the team there that does the same work as us to have it removed."),
    days_to_news=5,
    claims=frozenset({Claim.ACTED, Claim.TO_PARTNER}),
)  # fmt: skip
HOST = StatusMessage(
    pgettext_lazy("report status", "Sent to the platform"),
    _("We reported the content to the platform or hosting provider, because they can delete it, and asked for its removal."),
    pgettext_lazy("to a child", "We wrote to the app or site where it is, because they can delete it, and asked them to remove it."),
    days_to_news=5,
    claims=frozenset({Claim.ACTED, Claim.TO_HOST}),
)  # fmt: skip
_BY_ROUTE = {Route.HOST: HOST, Route.ICCAM: PARTNER}
STEPS = (WAITING, WORKED_ON, OPEN_AGAIN, PARTNER, HOST)


def handed_over(route: Route, country: str) -> StatusMessage:
    """Return the message for content referred to a partner hotline in `country` (ISO 3166-1, or ""), or to its host."""
    if route != Route.ICCAM or not country:
        return _BY_ROUTE[route]
    text = _(
        "The content is hosted abroad (%(country)s). We reported it to the hotline there, which can request its removal."
    )
    return PARTNER._replace(text=text % {"country": country_name(country)})


def removed_after(removed: StatusMessage, hours: int) -> StatusMessage:
    """Return the message for content removed `hours` after the referral, at least one hour."""
    return removed._replace(title=pgettext("report status", "Removed after %(hours)s h") % {"hours": max(1, hours)})
